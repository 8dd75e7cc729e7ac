import { accessorOf, beginAtCaller, onBehalfOf } from '../caller.js'
import { readable } from '../checks.js'
import { invalid, SessionError } from '../errors.js'
import type { SessionCookie } from '../types.js'
import { warnOnce } from '../warnings.js'
import { endsWithBrowser, idleTimeoutOf, type Lifetimes, type Timeouts } from './lifetime.js'
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
  if (name === 'maxAge' && (typeof milliseconds !== 'number' || Number.isNaN(milliseconds))) {
    throw invalid(`${property}.cookie.maxAge must be a number of milliseconds: for an hour, set 60 * 60 * 1000`)
  }
  if (name === 'maxAge' && Number(milliseconds) > Number.MAX_SAFE_INTEGER) {
    throw invalid(`${property}.cookie.maxAge has no end: set milliseconds, as no session outlives absoluteTimeout`)
  }
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

/** In milliseconds. */
const MINUTE = 60_000
/** In seconds. */
const DAY = 86_400
/** Lifetimes that apps often write as `new Date(Date.now() + seconds)`. */
const USUAL_DAYS = [1, 7, 14, 30, 90, 365]
/** How long browsers keep a cookie, in days (RFC 6265bis, section 5.5). */
const MAX_BROWSER_DAYS = 400
/** In milliseconds. Every `Date.now()` of today is larger, and no timeout is. */
const POINT_IN_TIME = 1e12

/**
 * Whether milliseconds were probably meant as seconds: under a minute, or whole days of seconds, but not whole minutes.
 */
export function looksLikeSeconds(milliseconds: number): boolean {
  return milliseconds < MINUTE || (milliseconds % DAY === 0 && milliseconds % MINUTE !== 0)
}

/**
 * Warns of an option that was probably meant as seconds. Text such as `'3s'` is no mistake.
 *
 * @param absolute the absolute timeout, if it limits the option
 */
export function warnOfSeconds(option: string, milliseconds: number, absolute?: number): void {
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${option} is ${milliseconds} milliseconds (${milliseconds / 1000} s): ` +
      `if seconds were meant, set '${readable(milliseconds)}' or ${milliseconds * 1000}` +
      andAbsolute(milliseconds, absolute),
    `${option} ${milliseconds}`,
  )
}

/** What the advice to set so many seconds ends in: where the session would end earlier, a longer absolute timeout. */
function andAbsolute(meant: number, absolute = Number.POSITIVE_INFINITY): string {
  return meant > absolute ? `, and absoluteTimeout: '${readable(Math.ceil(meant / 60) * 60)}' in session()` : ''
}

/**
 * Warns of a session's own lifetime that was probably meant as seconds, or that `absoluteTimeout` or browsers cap.
 *
 * @param name what was assigned, such as `session.cookie.maxAge`
 * @param milliseconds from now
 * @param now in seconds since the epoch
 * @param where the method and path of the request
 */
export function warnOfLifetime(
  name: string,
  milliseconds: number,
  { sat }: SessionRecord,
  { absolute }: Timeouts,
  now: number,
  where: string,
): void {
  const isDate = name.endsWith('expires')
  if (isDate ? isSoon(milliseconds) : looksLikeSeconds(milliseconds)) {
    const meant = Math.round(milliseconds) * 1000
    warnOnce(
      'SESSION_WARN_MAX_AGE',
      `${name} is ${milliseconds} milliseconds from now (${where}): ` +
        `if seconds were meant, set ${isDate ? `new Date(Date.now() + ${meant})` : meant}` +
        andAbsolute(Math.round(milliseconds), absolute),
      `${name} ${where}`,
    )
    return
  }
  const asked = Math.floor(milliseconds / 1000)
  if (asked <= absolute) warnIfBrowsersCap(`${name} is ${readable(asked)} (${where})`, asked)
  const left = sat + absolute - now
  // A session that is in constant use asks for more than is left as its end comes near. That is no mistake.
  if (asked <= absolute && asked <= left * 2) return
  const fix = !isDate && milliseconds >= POINT_IN_TIME ? 'set milliseconds from now' : 'raise absoluteTimeout'
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${name} is ${readable(asked)} (${where}), but the session ends after absoluteTimeout (${readable(absolute)}), ` +
      `so it is capped to ${readable(Math.ceil(left / 60) * 60)}: ${fix}`,
    `${name} ${where}`,
  )
}

/** Warns of a cookie that browsers drop earlier. @param what begins the message, and ends in the duration */
export function warnIfBrowsersCap(what: string, seconds: number): void {
  if (seconds <= MAX_BROWSER_DAYS * DAY) return
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${what}, but browsers keep a cookie for ${MAX_BROWSER_DAYS} days at most: shorten it`,
    what,
  )
}

/** Whether a Date was probably computed from seconds. */
function isSoon(milliseconds: number): boolean {
  return milliseconds < MINUTE || USUAL_DAYS.some((days) => Math.abs(milliseconds - days * DAY) <= 1000)
}
