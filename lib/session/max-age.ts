import { readable } from '../duration.js'
import { warnOnce } from '../warnings.js'
import type { Timeouts } from './lifetime.js'
import type { SessionRecord } from './record.js'

const MINUTE = 60_000
/** In seconds. */
const DAY = 86_400
/** Lifetimes that are written in seconds where a point in time is computed. */
const USUAL_DAYS = [1, 7, 14, 30, 90, 365]
/** RFC 6265bis, section 5.5, in days. */
const LONGEST_OF_BROWSERS = 400
/** In milliseconds: no timeout is that long, but every `Date.now()` is. */
const POINT_IN_TIME = 1e12

/**
 * Whether a number of milliseconds was probably meant as seconds: it is less than a minute, or a number of days in
 * seconds that is no whole number of minutes in milliseconds.
 */
export function looksLikeSeconds(milliseconds: number): boolean {
  return milliseconds < MINUTE || (milliseconds % DAY === 0 && milliseconds % MINUTE !== 0)
}

/** Warns of an option in milliseconds that was probably meant as seconds. Text such as `'3s'` is always meant. */
export function warnOfSeconds(option: string, milliseconds: number): void {
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${option} is ${milliseconds} milliseconds (${milliseconds / 1000} s): ` +
      `if seconds were meant, give '${readable(milliseconds)}' or ${milliseconds * 1000}`,
    `${option} ${milliseconds}`,
  )
}

/**
 * Warns of a lifetime of one session that is not what it seems: seconds for milliseconds, or more than the absolute
 * timeout leaves.
 *
 * @param name what was set, such as `session.cookie.maxAge`
 * @param now seconds since the epoch
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
        `if seconds were meant, give ${isDate ? `new Date(Date.now() + ${meant})` : meant}`,
      `${name} ${where}`,
    )
    return
  }
  const asked = Math.floor(milliseconds / 1000)
  if (asked <= absolute) warnIfBrowsersCap(`${name} is ${readable(asked)} (${where})`, asked)
  const left = sat + absolute - now
  // One that is used until its end comes near is asked for longer each time: that is what an absolute end is for.
  if (asked <= absolute && asked <= left * 2) return
  const fix = !isDate && milliseconds >= POINT_IN_TIME ? 'give milliseconds from now' : 'raise absoluteTimeout'
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${name} is ${readable(asked)} (${where}), but the session ends after absoluteTimeout (${readable(absolute)}), ` +
      `so it is capped to ${readable(left)}: ${fix}`,
    `${name} ${where}`,
  )
}

/** Warns of a cookie that browsers drop earlier than it says. @param what ends in its length */
export function warnIfBrowsersCap(what: string, seconds: number): void {
  if (seconds <= LONGEST_OF_BROWSERS * DAY) return
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `${what}, but browsers keep a cookie for ${LONGEST_OF_BROWSERS} days at most: shorten it`,
    what,
  )
}

function isSoon(milliseconds: number): boolean {
  return milliseconds < MINUTE || USUAL_DAYS.some((days) => Math.abs(milliseconds - days * DAY) <= 1000)
}
