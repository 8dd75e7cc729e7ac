import { behindThisCall, nextTick } from '../clock.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'
import { asHandling, isHandling, isProducing, refuse } from './divert.js'
import { type BodyMethod, hasHeadLeft, type PatchableResponse, type ResponseMethod } from './patch.js'

/** Milliseconds. Then nobody will answer any more. */
const MAX_WAIT = 30_000
/** In writes. Then the producer has to wait. */
const MAX_SWALLOWED = 256

const HEAD_METHODS = ['setHeader', 'setHeaders', 'appendHeader', 'removeHeader'] as const
/** The same for what follows the body (RFC 9110, section 6.5). They begin no answer. */
const TRAILER_METHODS = ['addTrailers', 'setTrailer'] as const

/** A stream that was piped into the response. */
interface Source {
  isPaused?(): boolean
  destroy?(): void
  emit?(...args: unknown[]): unknown
}

/**
 * A response that the error handler has taken over from the producer (see divert.ts). Both call the methods of the same
 * object. The first rule that fits decides whose call it is:
 *
 * 1. It is the error handler's if that has started the code that makes it.
 * 2. It is the producer's if that has started the code after the commit failed.
 * 3. It is the error handler's if it sets the status or a header, because the producer believes that its head has left.
 *    So are the other calls of that turn. Some error handlers answer from where nothing leads back to them, such as the
 *    callback of a pool.
 * 4. Otherwise it is the producer's.
 */
export class Takeover {
  readonly #owner: object
  readonly #hooked: PatchableResponse
  /** The call in which the commit failed is not over yet. */
  #isFailing = true
  /** The code that runs now has begun an answer, by the third rule. */
  #isAnswering = false
  /** Nobody had answered, and now a plain 500 has. */
  #isOver = false
  #swallowed = 0

  /** @param on that of the response, before others patched it */
  constructor(owner: object, req: SessionRequest, hooked: PatchableResponse, on: ResponseMethod | undefined) {
    this.#owner = owner
    this.#hooked = hooked
    behindThisCall(() => {
      this.#isFailing = false
    })
    this.#guardHead()
    this.#dropTrailers()
    this.#keepDrains(on)
    bindListeners(req, owner)
    on?.call(hooked, 'pipe', (source: Source) => {
      if (this.isPassing()) runAsHandling(source, this.#owner)
    })
    on?.call(hooked, 'unpipe', letGo)
    // Nobody waits, and `close` has been emitted.
    if (isGone(hooked)) return
    const patience = setTimeout(() => this.#giveUp(), MAX_WAIT)
    // In place of Node's there may be the timers of a test, which are numbers in some.
    patience.unref?.()
    on?.call(hooked, 'close', () => clearTimeout(patience))
  }

  /** Whether a call that begins no answer is the error handler's. */
  isPassing(): boolean {
    return !this.#isOver && (isHandling(this.#owner) || this.#isAnswering)
  }

  /** The same for a call that sets the status or a header. */
  isPassingHead(): boolean {
    if (this.isPassing()) return true
    if (this.#isOver || this.#isFailing || isProducing(this.#owner)) return false
    this.#isAnswering = true
    behindThisCall(() => {
      this.#isAnswering = false
    })
    return true
  }

  /** Drops a call, and returns what the method would, so that the producer can finish. */
  swallow(method: BodyMethod, args: readonly unknown[]): unknown {
    const callback = args.at(-1)
    if (method === 'flushHeaders') return undefined
    if (method === 'write') {
      if (typeof callback === 'function') nextTick(callback as () => void)
      this.#swallowed += 1
      // A source without end would keep all other code from running. Make it wait, as for a client that has gone away.
      return this.#swallowed <= MAX_SWALLOWED
    }
    if (typeof callback === 'function') this.#hooked.once?.('finish', callback as () => void)
    return this.#hooked
  }

  /** An answer was taken for the producer's, or there was none. A client that waits for ever tells nobody why. */
  #giveUp(): void {
    if (hasHeadLeft(this.#hooked)) return
    asHandling(this.#owner, () => refuse(this.#hooked as unknown as SessionResponse))
    this.#isOver = true
    warnOnce(
      'SESSION_WARN_UNANSWERED',
      `a session could not be sealed, and no error page was sent within ${MAX_WAIT / 1000} seconds, so it is a plain 500: ` +
        'have the error handler answer at once, or, from a callback of a queue or a pool, with AsyncResource.bind(callback)',
    )
  }

  #guardHead(): void {
    const isPassing = () => this.isPassingHead()
    this.#guardMethods(HEAD_METHODS, isPassing)
    // HTTP/2 has none, and Node warns of every look at it.
    if (this.#hooked.stream === undefined) guard(this.#hooked, 'statusMessage', isPassing)
    guard(this.#hooked, 'statusCode', isPassing)
  }

  /** Drops the producer's trailers, those that it has set and those that it sets later. */
  #dropTrailers(): void {
    const hooked = this.#hooked
    // Over HTTP/1, each call replaces what the one before has set.
    hooked.addTrailers?.({})
    const isPassing = () => this.isPassing()
    this.#guardMethods(TRAILER_METHODS, isPassing)
    const { stream, setTrailer } = hooked
    if (stream === undefined || setTrailer === undefined) return
    // Over HTTP/2, each call adds to it, and `addTrailers` calls `setTrailer`.
    const { sendTrailers } = stream
    const own: Record<string, unknown> = Object.create(null)
    hooked.setTrailer = function collect(this: PatchableResponse, ...args: unknown[]) {
      if (isPassing()) own[String(args[0]).trim().toLowerCase()] = args[1]
      return setTrailer.apply(this, args)
    }
    stream.sendTrailers = () => sendTrailers.call(stream, own)
  }

  #guardMethods(names: readonly string[], isPassing: () => boolean): void {
    const methods = this.#hooked as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>
    for (const name of names) {
      const original = methods[name]
      if (original === undefined) continue
      methods[name] = function guarded(this: unknown, ...args: unknown[]) {
        return isPassing() ? original.apply(this, args) : this
      }
    }
  }

  /**
   * Keeps `drain` from the producer, which would write into the answer. The error handler listens by the response's own
   * `on`, because compression moves such listeners to a stream that the answer does not pass.
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
    // The producer may cause the event, for example by uncorking the response.
    runAsHandling(hooked, this.#owner, 'drain')
  }
}

/** Whether the client has gone away. */
function isGone({ destroyed, stream }: PatchableResponse): boolean {
  return destroyed === true || stream?.destroyed === true
}

type Listener = (...args: unknown[]) => unknown

/**
 * Runs listeners that the error handler adds to an emitter, such as for the end of the request, as the error handler's.
 * What emits may have been started by the producer, or by the connection that called it.
 */
function bindListeners(emitter: object, owner: object): void {
  const methods = emitter as Record<string, Listener | undefined>
  for (const name of ['on', 'addListener', 'prependListener']) {
    const original = methods[name]
    if (original === undefined) continue
    methods[name] = function listen(this: unknown, event: unknown, listener: unknown) {
      if (typeof listener !== 'function' || !isHandling(owner)) return original.call(this, event, listener)
      const act = listener as Listener & { readonly listener?: Listener }
      const bound = function bound(this: unknown, ...args: unknown[]) {
        return asHandling(owner, () => act.apply(this, args))
      }
      // By this, Node finds a listener that is to be removed.
      return original.call(this, event, Object.assign(bound, { listener: act.listener ?? act }))
    }
  }
}

/** Runs the listeners of an object as the error handler's: those of the event `only`, or all without it. */
function runAsHandling(emitter: Source | PatchableResponse, owner: object, only?: string): void {
  const emit = emitter.emit as ((...args: unknown[]) => unknown) | undefined
  if (emit === undefined) return
  emitter.emit = function emitAsHandling(this: unknown, ...args: unknown[]) {
    if (only !== undefined && args[0] !== only) return emit.apply(this, args)
    return asHandling(owner, () => emit.apply(this, args))
  }
}

/** A paused source that the end of the answer unpipes would wait for ever. */
function letGo(source: Source): void {
  if (source.isPaused?.()) source.destroy?.()
}

/** The accessor of a property, own or inherited: HTTP/2's responses have some. */
function accessorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name)
    if (descriptor) return descriptor.get && descriptor
  }
  return undefined
}

/** Ignores assignments to a property unless `isPassing` returns true. */
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
