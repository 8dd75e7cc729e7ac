import { accessorOf, beginAtCaller, onBehalfOf } from '../caller.js'
import { nextTick } from '../clock.js'
import { invalid, SessionError } from '../errors.js'
import type {
  RegenerateOptions,
  Rejection,
  SessionCallback,
  SessionCookie,
  SessionMembers,
  SessionSize,
} from '../types.js'
import { inspectAs, sessionByKeys } from '../values.js'
import { changeOf, type SessionRecord } from './record.js'
import { serialize } from './serialize.js'

/**
 * Makes assigning to the members of a prototype an error: data under such a name would be dropped, or break `save()`.
 * Returns their names.
 */
export function reserveMembers(prototype: object): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor') continue
    names.add(name)
    const { value, get = () => value } = member
    // The property stays configurable and non-enumerable, as members of classes are.
    Object.defineProperty(prototype, name, {
      get,
      set: function assign(given: unknown) {
        const isShim = typeof given === 'function' && typeof value === 'function'
        throw beginAtCaller(isShim ? reservedMethod(name) : reservedName(name), assign)
      },
    })
  }
  return names
}

/** The error for data under the name of a member. */
export function reservedName(name: string): SessionError {
  const instead = name === 'cookie' ? 'set session.cookie.maxAge, or store the data' : 'store the data'
  return new SessionError(
    'ERR_SESSION_RESERVED',
    `"${name}" is the name of a property that every session has, and cannot hold data: ${instead} under another name`,
  )
}

/** The error for a method that the app replaces, as apps of cookie-session do for Passport. */
function reservedMethod(name: string): SessionError {
  return new SessionError(
    'ERR_SESSION_RESERVED',
    `"${name}" is a method that every session has, and cannot be replaced, not even for Passport: delete the line that replaces it`,
  )
}

/** What a session needs from the request that it belongs to. Each method may throw a `SessionError`. */
export interface SessionHost {
  /** Makes `session.cookie`. */
  cookieOf(session: LiveSession): SessionCookie
  /** When the session ends unless a later request uses it, in seconds since the epoch. */
  endOf(session: LiveSession): number
  /** Whether the request proves that it comes from the session's device. */
  readonly isBound: boolean
  /** What the cookie would cost now. */
  measure(session: LiveSession): SessionSize
  /** Seals the session, to find out whether a commit would fail. */
  save(session: LiveSession): void
  /** Replaces the session by a new one. @param data of the new session */
  regenerate(data: object): void
  /** Ends the session. */
  destroy(): void
  /** Drops every change. */
  reload(): void
  /** Is told that the session's cookie or lifetime was read or changed. */
  used(): void
}

/** Lets a class put its private fields on an object that exists. */
class Existing {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for
    return object
  }
}

/**
 * `req.session`. Its own enumerable properties are the app's data and nothing else. Its members are on the prototype,
 * where Passport's merge (`for...in`) does not copy them and grant finds `save` with its callback.
 */
export class LiveSession extends Existing implements SessionMembers {
  readonly #host: SessionHost
  readonly #record: SessionRecord
  #cookie: SessionCookie | undefined

  /** @param data without names of members: see `withoutReserved` */
  constructor(host: SessionHost, record: SessionRecord, data: object) {
    // A spread defines its keys, whatever setters prototypes have, and is faster than a loop.
    super({ __proto__: LiveSession.prototype, ...data })
    this.#host = host
    this.#record = record
  }

  /** What the token is made of beside the data. */
  static recordOf(session: LiveSession): SessionRecord {
    return session.#record
  }

  get id(): string {
    return this.#record.sid
  }

  get createdAt(): Date {
    return new Date(this.#record.sat * 1000)
  }

  get expiresAt(): Date {
    return new Date(this.#host.endOf(this) * 1000)
  }

  get rejected(): Rejection | undefined {
    return this.#record.rejected
  }

  get cookie(): SessionCookie {
    this.#cookie ??= this.#host.cookieOf(this)
    this.#host.used()
    return this.#cookie
  }

  get isNew(): boolean {
    return this.#record.received === undefined
  }

  get isChanged(): boolean {
    try {
      return changeOf(this.#record, this).changed
    } catch {
      return true
    }
  }

  get isPopulated(): boolean {
    for (const key in this) if (Object.hasOwn(this, key)) return true
    return false
  }

  get isBound(): boolean {
    return this.#host.isBound
  }

  get size(): SessionSize {
    return onBehalfOf(accessorOf(LiveSession.prototype, 'size', 'get'), () => this.#host.measure(this))
  }

  save(callback: SessionCallback): this
  save(): Promise<void>
  save(callback?: SessionCallback): this | Promise<void> {
    return this.#settle(this.save, () => this.#host.save(this), callback)
  }

  regenerate(callback: SessionCallback): this
  regenerate(options: RegenerateOptions, callback: SessionCallback): this
  regenerate(options?: RegenerateOptions): Promise<void>
  // One declared parameter: packages tell by the length of a method whether it takes a callback.
  regenerate(given?: RegenerateOptions | SessionCallback, ...[last]: [SessionCallback?]): this | Promise<void> {
    const [options, callback] = typeof given === 'function' ? [undefined, given] : [given ?? undefined, last]
    if (callback) return this.#settle(this.regenerate, () => this.#host.regenerate(pick(this, options)), callback)
    // Thrown at once: in a promise that nobody awaits, it would leave the session that should have been replaced.
    const data = onBehalfOf(this.regenerate, () => pick(this, options))
    return this.#settle(this.regenerate, () => this.#host.regenerate(data), undefined)
  }

  destroy(callback: SessionCallback): this
  destroy(): Promise<void>
  destroy(callback?: SessionCallback): this | Promise<void> {
    return this.#settle(this.destroy, () => this.#host.destroy(), callback)
  }

  reload(callback: SessionCallback): this
  reload(): Promise<void>
  reload(callback?: SessionCallback): this | Promise<void> {
    return this.#settle(this.reload, () => this.#host.reload(), callback)
  }

  touch(): this {
    this.#record.touched = true
    this.#host.used()
    return this
  }

  resetMaxAge(): this {
    return this.touch()
  }

  /** Acts at once, and reports later: a callback never runs before the method has returned. */
  #settle(
    called: (...args: never[]) => unknown,
    act: () => void,
    callback: SessionCallback | undefined,
  ): this | Promise<void> {
    const outcome = errorOf(act).map((error) => beginAtCaller(error, called))
    if (typeof callback === 'function') {
      nextTick(callback, ...outcome)
      return this
    }
    const promise = outcome.length === 0 ? Promise.resolve() : Promise.reject(outcome[0])
    // An app that does not await the promise gets the error from the commit. Until then it must not end the process.
    promise.catch(() => {})
    return promise
  }
}

inspectAs(LiveSession.prototype, sessionByKeys)
const reserved = reserveMembers(LiveSession.prototype)
Object.defineProperty(LiveSession.prototype, '__proto__', {
  get: () => LiveSession.prototype,
  set(this: LiveSession, value: unknown) {
    Object.defineProperty(this, '__proto__', { value, writable: true, enumerable: true, configurable: true })
  },
})

/** Whether a key cannot hold data, because it is the name of a member. */
export function isReserved(key: string): boolean {
  return reserved.has(key)
}

/** Returns data without names of members. @throws {SessionError} `ERR_SESSION_RESERVED` */
export function withoutReserved<Data extends object>(data: Data): Data {
  const key = reservedKeyOf(data)
  if (key === undefined) return data
  throw reservedName(key)
}

/** The data of a session as JSON. @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`, `ERR_SESSION_RESERVED` */
export function jsonOf(session: object): string {
  return serialize(withoutReserved(session))
}

/** The first key of data that is the name of a member. */
export function reservedKeyOf(data: object): string | undefined {
  for (const key of Object.keys(data)) if (reserved.has(key)) return key
  return undefined
}

/** @throws {SessionError} `ERR_SESSION_OPTIONS` for options that are none */
function pick(session: object, { keep = [], ...others }: RegenerateOptions = {}): object {
  if (!Array.isArray(keep) || keep.some((key) => typeof key !== 'string') || Object.keys(others).length > 0) {
    throw invalid("regenerate() takes one option, the keys whose data stay: call regenerate({ keep: ['cart'] })")
  }
  return Object.fromEntries(Object.entries(session).filter(([key]) => keep.includes(key)))
}

/** What a function throws, as the arguments of a callback. */
function errorOf(act: () => void): [] | [unknown] {
  try {
    act()
    return []
  } catch (error) {
    return [error]
  }
}
