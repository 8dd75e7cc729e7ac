import { inNextTurn, nextTick } from '../turns.js'
import { adopt, isHandling, isProducing, markProducer, onBehalfOfNobody } from './divert.js'
import type { BodyMethod, PatchableResponse, ResponseMethod } from './patch.js'

/** What a producer may pour into nothing before it has to wait, in writes. */
const MOST_SWALLOWED = 256

/** What decides about the head of a response. Once an error handler has it, the producer has no say in it. */
const HEAD_METHODS = ['setHeader', 'setHeaders', 'appendHeader', 'removeHeader'] as const

/** Where a property is read and set by functions, as those of HTTP/2's responses are: these. */
function accessorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name)
    if (descriptor) return descriptor.get && descriptor
  }
  return undefined
}

/** Lets a property be set while `isPassing` says so of the value, and ignores it otherwise. */
function guard(object: object, name: string, isPassing: (value: unknown) => boolean): void {
  const accessor = accessorOf(object, name)
  let value: unknown = accessor ? undefined : Reflect.get(object, name)
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => (accessor ? accessor.get?.call(object) : value),
    set(given: unknown) {
      if (!isPassing(given)) return
      if (accessor) accessor.set?.call(object, given)
      else value = given
    },
  })
}

function isError(status: unknown): boolean {
  return typeof status === 'number' && status >= 400
}

/** What was piped into the response would wait for ever when the error handler's answer ends and unpipes it. */
function letGo(source: { isPaused?(): boolean; destroy?(): void }): void {
  if (source.isPaused?.()) source.destroy?.()
}

/**
 * A response that an error handler has taken over from its producer, which does not know. Both call the same methods
 * of the same object; a call is the error handler's if it was started by it. Some error handlers answer from where they
 * cannot be recognized (a pool's callback, an old `on-finished`): whoever is not known to be the producer is taken for one
 * once the producer has ended, and before that by giving the response the status of an error.
 */
export class Takeover {
  readonly #owner: object
  readonly #hooked: PatchableResponse
  #producerEnded = false
  #swallowed = 0
  /** What the producer does when the response has drained. */
  readonly #drains: ((...args: unknown[]) => unknown)[] = []
  #closed = false

  constructor(owner: object, hooked: PatchableResponse, on: ResponseMethod | undefined) {
    this.#owner = owner
    this.#hooked = hooked
    this.#guardHead()
    this.#keepDrains(hooked, on)
    hooked.once?.('close', () => this.#release())
    on?.call(hooked, 'unpipe', letGo)
  }

  /**
   * Whether a call that is made now is one of the error handler's.
   *
   * @param status that it gives the response, if it does
   */
  isPassing(status?: unknown): boolean {
    if (isHandling(this.#owner)) return true
    if (isProducing(this.#owner)) return false
    if (!this.#producerEnded && !isError(status)) return false
    // What it starts is its own as well, such as to go on when the response drains.
    adopt(this.#owner)
    return true
  }

  /** Takes a call of the producer's, and answers as if it had been done, so that the producer comes to its end. */
  swallow(method: BodyMethod, args: readonly unknown[]): unknown {
    // Where it was started before its commit failed, it becomes known by this.
    if (!isHandling(this.#owner)) markProducer(this.#owner)
    const callback = args.at(-1)
    if (method === 'flushHeaders') return undefined
    if (method === 'write') {
      if (typeof callback === 'function') nextTick(callback as () => void)
      this.#swallowed += 1
      // A source that never ends would keep everybody else from running; it waits for a drain that comes with the end.
      return this.#closed || this.#swallowed <= MOST_SWALLOWED
    }
    if (typeof callback === 'function') this.#hooked.once?.('finish', callback as () => void)
    // Not at once: the rest of what the producer does in this turn is still its own.
    inNextTurn(() => {
      this.#producerEnded = true
    })
    return this.#hooked
  }

  #release(): void {
    this.#closed = true
    if (this.#swallowed <= MOST_SWALLOWED) return
    onBehalfOfNobody(() => {
      for (const listener of this.#drains) listener.call(this.#hooked)
    })
  }

  #guardHead(): void {
    const isPassing = () => this.isPassing()
    const methods = this.#hooked as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>
    for (const method of HEAD_METHODS) {
      const original = methods[method]
      if (original === undefined) continue
      methods[method] = function guarded(this: unknown, ...args: unknown[]) {
        return isPassing() ? original.apply(this, args) : this
      }
    }
    guard(this.#hooked, 'statusMessage', isPassing)
    guard(this.#hooked, 'statusCode', (status) => this.isPassing(status))
  }

  /**
   * A response drains for the error handler only: what the producer does then would be taken for the error handler's, as
   * it is called by its writes. compression moves such listeners to a stream of its own, which no answer goes through.
   */
  #keepDrains(hooked: PatchableResponse, on: ResponseMethod | undefined): void {
    for (const listener of hooked.listeners?.('drain') ?? []) {
      hooked.removeListener?.('drain', listener)
      this.#drains.push(listener)
    }
    for (const name of ['on', 'addListener', 'prependListener'] as const) {
      const patched = hooked[name]
      if (patched === undefined) continue
      const isPassing = () => this.isPassing()
      const drains = this.#drains
      hooked[name] = function listen(this: PatchableResponse, ...args: unknown[]) {
        const [event, listener] = args
        if (isPassing()) return (name === 'on' && on ? on : patched).apply(this, args)
        if (event !== 'drain' || typeof listener !== 'function') return patched.apply(this, args)
        drains.push(listener as () => unknown)
        return this
      }
    }
  }
}
