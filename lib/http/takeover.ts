import { behindThisCall, nextTick } from '../turns.js'
import { asHandling, isHandling, isProducing } from './divert.js'
import type { BodyMethod, PatchableResponse, ResponseMethod } from './patch.js'

/** What a producer may pour into nothing before it has to wait, in writes. */
const MAX_SWALLOWED = 256

/** What decides about the head of a response. Once an error handler has it, the producer has no say in it. */
const HEAD_METHODS = ['setHeader', 'setHeaders', 'appendHeader', 'removeHeader'] as const

/** A stream that was piped into the response. */
interface Source {
  isPaused?(): boolean
  destroy?(): void
  emit?(...args: unknown[]): unknown
}

/**
 * A response that an error handler has taken over from its producer, which does not know. Both call the same methods of
 * the same object, and each call is one of these:
 *
 * - The error handler's, if the handler started the code that makes it.
 * - The producer's, if the producer started it after its commit had failed.
 * - The error handler's, if it begins an answer: it sets the status or a header, which the producer has sent in its own
 *   view. So are the other calls that the same piece of code makes. Some error handlers answer from where nothing leads
 *   back to them, such as the callback of a pool.
 * - The producer's otherwise.
 */
export class Takeover {
  readonly #owner: object
  readonly #hooked: PatchableResponse
  /** The code whose call failed is still running. */
  #isFailing = true
  /** The code that runs now has begun an answer. */
  #isAnswering = false
  #swallowed = 0

  /** @param on the response's own, under what others have put over it */
  constructor(owner: object, hooked: PatchableResponse, on: ResponseMethod | undefined) {
    this.#owner = owner
    this.#hooked = hooked
    behindThisCall(() => {
      this.#isFailing = false
    })
    this.#guardHead()
    this.#keepDrains(on)
    on?.call(hooked, 'pipe', (source: Source) => {
      if (this.isPassing()) runAsHandling(source, this.#owner)
    })
    on?.call(hooked, 'unpipe', letGo)
  }

  /** Whether a call that is made now is the error handler's. */
  isPassing(): boolean {
    return isHandling(this.#owner) || this.#isAnswering
  }

  /** The same for a call that sets the status or a header, which begins an answer. */
  isPassingHead(): boolean {
    if (this.isPassing()) return true
    if (this.#isFailing || isProducing(this.#owner)) return false
    this.#isAnswering = true
    behindThisCall(() => {
      this.#isAnswering = false
    })
    return true
  }

  /** Takes a call for done that is not passed on, and returns what the method would, so that a producer comes to its end. */
  swallow(method: BodyMethod, args: readonly unknown[]): unknown {
    const callback = args.at(-1)
    if (method === 'flushHeaders') return undefined
    if (method === 'write') {
      if (typeof callback === 'function') nextTick(callback as () => void)
      this.#swallowed += 1
      // A source that never ends would keep everything else from running. It waits as for a client that has gone away.
      return this.#swallowed <= MAX_SWALLOWED
    }
    if (typeof callback === 'function') this.#hooked.once?.('finish', callback as () => void)
    return this.#hooked
  }

  #guardHead(): void {
    const isPassing = () => this.isPassingHead()
    const methods = this.#hooked as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>
    for (const method of HEAD_METHODS) {
      const original = methods[method]
      if (original === undefined) continue
      methods[method] = function guarded(this: unknown, ...args: unknown[]) {
        return isPassing() ? original.apply(this, args) : this
      }
    }
    guard(this.#hooked, 'statusMessage', isPassing)
    guard(this.#hooked, 'statusCode', isPassing)
  }

  /**
   * A response drains for the error handler only: a producer that is woken by it would write into the answer.
   * compression moves such listeners to a stream of its own, which no answer goes through.
   */
  #keepDrains(on: ResponseMethod | undefined): void {
    const hooked = this.#hooked
    for (const listener of hooked.listeners?.('drain') ?? []) hooked.removeListener?.('drain', listener)
    for (const name of ['on', 'addListener', 'prependListener'] as const) {
      const original = hooked[name]
      if (original === undefined) continue
      const isPassing = () => this.isPassing()
      hooked[name] = function listen(this: PatchableResponse, ...args: unknown[]) {
        if (args[0] !== 'drain') return original.apply(this, args)
        if (!isPassing()) return this
        return (name === 'on' && on ? on : original).apply(this, args)
      }
    }
    // Whatever has let it drain, such as a producer that uncorks it.
    runAsHandling(hooked, this.#owner, 'drain')
  }
}

/** Has what listens to an object run as the error handler's. @param only to this event */
function runAsHandling(emitter: Source | PatchableResponse, owner: object, only?: string): void {
  const emit = emitter.emit as ((...args: unknown[]) => unknown) | undefined
  if (emit === undefined) return
  emitter.emit = function emitAsHandling(this: unknown, ...args: unknown[]) {
    if (only !== undefined && args[0] !== only) return emit.apply(this, args)
    return asHandling(owner, () => emit.apply(this, args))
  }
}

/** What was piped into the response would wait for ever when the error handler's answer ends and unpipes it. */
function letGo(source: Source): void {
  if (source.isPaused?.()) source.destroy?.()
}

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
