import { readable } from '../duration.js'
import { warnOnce } from '../warnings.js'
import type { Timeouts } from './lifetime.js'
import type { SessionRecord } from './record.js'

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

/** Warns of an option that was probably meant as seconds. Text such as `'3s'` is no mistake. */
export function warnOfSeconds(option: string, milliseconds: number): void {
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${option} is ${milliseconds} milliseconds (${milliseconds / 1000} s): ` +
      `if seconds were meant, set '${readable(milliseconds)}' or ${milliseconds * 1000}`,
    `${option} ${milliseconds}`,
  )
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
        `if seconds were meant, set ${isDate ? `new Date(Date.now() + ${meant})` : meant}`,
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
