import { readable, seconds } from '../duration.js'
import { SessionError } from '../errors.js'
import type { Lifetimes } from '../session/lifetime.js'

/** In seconds: a day. */
const DEFAULT_IDLE = 24 * 60 * 60

/**
 * Reads the timeouts. `cookie.maxAge` is how the ancestors say `idleTimeout`; null in it is how they say "ends with
 * the browser".
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for what is no duration, or for timeouts that contradict each other
 */
export function lifetimesFrom(
  idleTimeout: number | string | undefined,
  absoluteTimeout: number | string = '7d',
  maxAge: number | string | null | undefined,
): Lifetimes {
  if (maxAge != null && idleTimeout !== undefined) {
    throw invalid('idleTimeout and cookie.maxAge are the same here: give one of them')
  }
  const absolute = seconds(absoluteTimeout, 'absoluteTimeout')
  const option = maxAge == null ? 'idleTimeout' : 'cookie.maxAge'
  const asked = maxAge ?? idleTimeout
  const idle = asked === undefined ? Math.min(DEFAULT_IDLE, absolute) : seconds(asked, option)
  if (idle <= absolute) return { timeouts: { idle, absolute }, persistent: maxAge !== null }
  throw invalid(
    `a session would end after absoluteTimeout (${readable(absolute)}), before it is unused for ${readable(idle)}: ` +
      `raise absoluteTimeout, or shorten ${option}`,
  )
}

function invalid(message: string): SessionError {
  return new SessionError('ERR_SESSION_OPTIONS', message)
}
