import { accessorOf, beginAtCaller, onBehalfOf } from '../caller.js'
import { invalid, SessionError } from '../errors.js'
import type { SessionCookie } from '../types.js'
import { endsWithBrowser, idleTimeoutOf, type Lifetimes, type Timeouts } from './lifetime.js'
import { warnOfLifetime } from './max-age.js'
import type { SessionRecord } from './record.js'

/** The attributes that the cookie is sent with on this request. */
export type CookieAttributes = Pick<
  SessionCookie,
  'path' | 'domain' | 'httpOnly' | 'secure' | 'sameSite' | 'partitioned' | 'priority'
>

/** `req.session.cookie`: a view of the record, in the milliseconds of express-session, and the cookie's attributes. */
export class CookieView implements SessionCookie {
  readonly #record: SessionRecord
  readonly #timeouts: Timeouts
  readonly #persistent: boolean
  readonly #now: () => number
  readonly #end: () => number
  readonly #where: (() => string) | undefined
  readonly #property: string
  declare readonly path: string
  declare readonly domain: string | undefined
  declare readonly httpOnly: boolean
  declare readonly secure: boolean
  declare readonly sameSite: 'lax' | 'strict' | 'none' | false
  declare readonly partitioned: boolean
  declare readonly priority: 'low' | 'medium' | 'high' | undefined

  /**
   * @param common the lifetime of sessions that have none of their own, and the request's property, for messages
   * @param now in seconds since the epoch
   * @param end when the session ends, in seconds since the epoch
   * @param where the method and path of the request, for warnings; undefined in production
   */
  constructor(
    record: SessionRecord,
    common: Lifetimes & { readonly property?: string },
    attributes: CookieAttributes,
    now: () => number,
    end: () => number,
    where?: () => string,
  ) {
    const { property = 'session' } = common
    this.#record = record
    this.#property = property
    this.#timeouts = common.timeouts
    this.#persistent = common.persistent
    this.#now = now
    this.#end = end
    this.#where = where
    for (const [name, value] of Object.entries(attributes)) {
      Object.defineProperty(this, name, {
        enumerable: true,
        get: () => value,
        set: function assign() {
          throw beginAtCaller(fixed(`${property}.cookie.${name}`, name), assign)
        },
      })
    }
  }

  get maxAge(): number | null {
    const { expires } = this
    return expires && expires.getTime() - this.#now() * 1000
  }

  set maxAge(milliseconds: number | null | false | undefined) {
    this.#set('maxAge', milliseconds)
  }

  get expires(): Date | null {
    if (this.originalMaxAge === null) return null
    return new Date(this.#end() * 1000)
  }

  set expires(date: Date | null | false | undefined) {
    // A number is refused: it could mean milliseconds from now, or from 1970.
    const given = typeof date === 'number' ? Number.NaN : date
    this.#set('expires', given instanceof Date ? given.getTime() - this.#now() * 1000 : given)
  }

  get originalMaxAge(): number | null {
    if (endsWithBrowser(this.#record, this.#persistent)) return null
    return idleTimeoutOf(this.#record, this.#timeouts) * 1000
  }

  /** Apps written for express-session assign it. In sloppy mode, that would have no effect without a setter. */
  set originalMaxAge(milliseconds: number | null | false | undefined) {
    this.#set('maxAge', milliseconds)
  }

  /** A timeout equal to the common one is not kept, so that a later change of that applies. */
  #set(name: 'maxAge' | 'expires', milliseconds: unknown): void {
    const common = this.#persistent ? this.#timeouts.idle : 0
    const ttl = onBehalfOf(accessorOf(CookieView.prototype, name, 'set'), () =>
      secondsFrom(name, milliseconds, this.#property),
    )
    if (this.#where && ttl > 0) {
      const given = milliseconds as number
      warnOfLifetime(
        `${this.#property}.cookie.${name}`,
        given,
        this.#record,
        this.#timeouts,
        this.#now(),
        this.#where(),
      )
    }
    this.#record.ttl = ttl === common ? undefined : ttl
  }
}

function secondsFrom(name: 'maxAge' | 'expires', milliseconds: unknown, property: string): number {
  if (milliseconds === null || milliseconds === false || milliseconds === undefined) return 0
  const ttl = typeof milliseconds === 'number' ? Math.floor(milliseconds / 1000) : Number.NaN
  if (Number.isSafeInteger(ttl) && ttl >= 1) return ttl
  throw invalid(
    name === 'maxAge'
      ? `${property}.cookie.maxAge must be at least 1000 milliseconds, or null: to end a session, call ${property}.destroy()`
      : `${property}.cookie.expires must be a Date that is at least a second ahead, or null: to end a session, call ${property}.destroy()`,
  )
}

function fixed(what: string, name: string): SessionError {
  return new SessionError(
    'ERR_SESSION_RESERVED',
    `${what} cannot be set on one session: set session({ cookie: (req) => ({ ${name}: ... }) })`,
  )
}
