import { readable, seconds } from '../checks.js'
import { invalid } from '../errors.js'
import { looksLikeSeconds, warnIfBrowsersCap, warnOfSeconds } from '../session/cookie-view.js'
import type { Lifetimes } from '../session/lifetime.js'
import { warnOnce } from '../warnings.js'

/** A day, in seconds. */
const DEFAULT_IDLE = 24 * 60 * 60
/** A week, in seconds. */
export const DEFAULT_ABSOLUTE: number = 7 * DEFAULT_IDLE

/**
 * Reads the timeouts. In express-session and cookie-session, `idleTimeout` is `cookie.maxAge`, and null ends a session
 * with the browser.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for values that are not durations, or that contradict each other
 */
export function lifetimesFrom(
  idleTimeout: number | string | undefined,
  absoluteTimeout: number | string | undefined,
  maxAge: number | string | null | undefined,
): Lifetimes {
  if (maxAge != null && idleTimeout !== undefined) {
    throw invalid('idleTimeout and cookie.maxAge set the same timeout: leave one of them out')
  }
  const absolute = absoluteFrom(absoluteTimeout)
  const option = maxAge == null ? 'idleTimeout' : 'cookie.maxAge'
  const asked = maxAge ?? idleTimeout
  const idle = asked === undefined ? Math.min(DEFAULT_IDLE, absolute) : seconds(asked, option)
  if (idle <= absolute) return { timeouts: { idle, absolute }, persistent: maxAge !== null }
  throw invalid(
    `${option} (${readable(idle)}) is longer than absoluteTimeout (${readable(absolute)}), which ends the session first: ` +
      `raise absoluteTimeout, or shorten ${option}`,
  )
}

/** @throws {SessionError} `ERR_SESSION_OPTIONS` if it is not a duration */
function absoluteFrom(absoluteTimeout: unknown): number {
  return absoluteTimeout === undefined ? DEFAULT_ABSOLUTE : seconds(absoluteTimeout, 'absoluteTimeout')
}

/** The options that are durations, unchecked. */
export interface GivenDurations {
  readonly idleTimeout: unknown
  readonly absoluteTimeout: unknown
  readonly 'cookie.maxAge': unknown
  readonly validateEvery: unknown
}

/**
 * Warns of numbers of milliseconds that probably mean seconds. For development.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if `absoluteTimeout` is not a duration
 */
export function warnOfSecondsIn(given: GivenDurations): void {
  const absolute = absoluteFrom(given.absoluteTimeout)
  for (const [option, value] of Object.entries(given)) {
    if (typeof value !== 'number' || value < 1000 || !looksLikeSeconds(value)) continue
    // A few whole seconds between two checks are plausible; 3600 probably means an hour.
    if (option === 'validateEvery' && value % 1000 === 0) continue
    warnOfSeconds(option, value, option === 'idleTimeout' || option === 'cookie.maxAge' ? absolute : undefined)
  }
}

/**
 * Warns of durations beyond the life of a session or of its cookie. For development.
 *
 * @param option the one that sets the idle timeout
 */
export function warnOfLongDurations(
  { timeouts: { idle, absolute } }: Lifetimes,
  validateEvery: number,
  option: 'idleTimeout' | 'cookie.maxAge',
): void {
  warnIfBrowsersCap(`${option} is ${readable(idle)}`, idle)
  if (validateEvery < absolute) return
  warnOnce(
    'SESSION_WARN_MAX_AGE',
    `validateEvery is ${readable(validateEvery)}, but a session ends after absoluteTimeout (${readable(absolute)}), ` +
      'so it is validated once: shorten validateEvery, or raise absoluteTimeout',
    'validateEvery',
  )
}
