import { inNextTurn, nextTick } from '../turns.js'
import { isHandling } from './divert.js'
import type { BodyMethod, PatchableResponse, ResponseMethod } from './patch.js'

/** What a producer may pour into nothing before it has to wait, in writes. */
const MOST_SWALLOWED = 256

/** What decides about the head of a response. Once an error handler has it, the producer has no say in it. */
const HEAD_METHODS = ['setHeader', 'setHeaders', 'appendHeader', 'removeHeader'] as const
const HEAD_PROPERTIES = ['statusCode', 'statusMessage'] as const

/** Where a property is read and set by functions, as those of HTTP/2's responses are: these. */
function accessorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name)
    if (descriptor) return descriptor.get && descriptor
  }
  return undefined
}

/** Lets a property be set while `isPassing` says so, and ignores it otherwise. */
function guard(object: object, name: string, isPassing: () => boolean): void {
  const accessor = accessorOf(object, name)
  let value: unknown = accessor ? undefined : Reflect.get(object, name)
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => (accessor ? accessor.get?.call(object) : value),
    set(given: unknown) {
      if (!isPassing()) return
      if (accessor) accessor.set?.call(object, given)
      else value = given
    },
  })
}

/** What was piped into the response would wait for ever when the error handler's answer ends and unpipes it. */
function letGo(source: { isPaused?(): boolean; destroy?(): void }): void {
  if (source.isPaused?.()) source.destroy?.()
}

/**
 * A response that an error handler has taken over from its producer, which does not know. Both call the same methods
 * of the same object; a call is the error handler's if it was started by it, and anybody's once the producer has
 * ended, because some error handlers answer from where they cannot be recognized (a pool's callback, an old
 * `on-finished`).
 */
export class Takeover {
  readonly #owner: object
  readonly #hooked: PatchableResponse
  #producerEnded = false
  #swallowed = 0
  #closed = false

  constructor(owner: object, hooked: PatchableResponse, on: ResponseMethod | undefined) {
    this.#owner = owner
    this.#hooked = hooked
    this.#guardHead()
    if (on) this.#restoreListening(hooked, on)
    hooked.once?.('close', () => this.#release())
    on?.call(hooked, 'unpipe', letGo)
  }

  /** Whether a call that is made now is one of the error handler's. */
  isPassing(): boolean {
    return isHandling(this.#owner) || this.#producerEnded
  }

  /** Takes a call of the producer's, and answers as if it had been done, so that the producer comes to its end. */
  swallow(method: BodyMethod, args: readonly unknown[]): unknown {
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
    if (this.#swallowed > MOST_SWALLOWED) this.#hooked.emit?.('drain')
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
    for (const property of HEAD_PROPERTIES) guard(this.#hooked, property, isPassing)
  }

  /** compression moves listeners for `drain` to its own stream, which the error handler's answer does not go through. */
  #restoreListening(hooked: PatchableResponse, on: ResponseMethod): void {
    const patched = hooked.on as ResponseMethod
    const isAnswer = () => isHandling(this.#owner)
    hooked.on = function listen(this: PatchableResponse, ...args: unknown[]) {
      return (isAnswer() ? on : patched).apply(this, args)
    }
  }
}
