import type { Rejection } from '../types.js'

/** The timeouts in force, in seconds. */
export interface Timeouts {
  readonly idle: number
  readonly absolute: number
}

/** How sessions live that say nothing themselves. */
export interface Lifetimes {
  readonly timeouts: Timeouts
  /** Whether the cookie outlives the browser. */
  readonly persistent: boolean
}

/** What the lifetime of a sealed session is computed from; see `Claims`. Times in seconds since the epoch. */
export interface Lifetime {
  readonly sat: number
  readonly iat: number
  readonly exp: number
  readonly ttl?: number | undefined
}

/** How far the clocks of two instances may be apart, in seconds. */
export const SKEW = 60

/**
 * Why a session has ended, or undefined while it lives. The timeouts in force now count, not only the end that was
 * sealed in: shortening a timeout shortens living sessions.
 */
export function endedBy(session: Lifetime, timeouts: Timeouts, now: number): Rejection | undefined {
  if (session.sat > now + SKEW || session.iat > now + SKEW) return 'future'
  if (session.sat + timeouts.absolute <= now) return 'absolute'
  if (session.iat + idleTimeoutOf(session, timeouts) <= now) return 'idle'
  if (session.exp <= now) return 'expired'
  return undefined
}

/** When a session that is sealed at `now` ends: after the idle timeout, but never past the absolute one. */
export function endOf(session: Pick<Lifetime, 'sat' | 'ttl'>, timeouts: Timeouts, now: number): number {
  return Math.min(now + idleTimeoutOf(session, timeouts), session.sat + timeouts.absolute)
}

/** When a session ends as it is: what was sealed in counts, and the timeouts in force now. */
export function endAsSealed(session: Lifetime, timeouts: Timeouts): number {
  return Math.min(session.exp, endOf(session, timeouts, session.iat))
}

/**
 * Whether a session that was used should slide: more than half of the time that it has is over, and its end would move.
 * Timeouts that have changed since it was sealed, either way, must not end a session that is in use.
 */
export function isDue(session: Lifetime, timeouts: Timeouts, now: number): boolean {
  const end = endAsSealed(session, timeouts)
  return (now - session.iat) * 2 > end - session.iat && endOf(session, timeouts, now) > end
}

/** Whether a session's cookie ends with the browser, as it says itself (0) or, if it says nothing, as all do. */
export function endsWithBrowser({ ttl }: Pick<Lifetime, 'ttl'>, persistent: boolean): boolean {
  return ttl === undefined ? !persistent : ttl === 0
}

/** A session's own idle timeout if it has one. One that ends with the browser (0) ends by the common one, too. */
export function idleTimeoutOf({ ttl }: Pick<Lifetime, 'ttl'>, timeouts: Timeouts): number {
  return ttl || timeouts.idle
}
