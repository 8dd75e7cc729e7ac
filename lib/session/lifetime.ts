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

/** A session slides when this part of its idle timeout has passed: so exactly is its last use known. */
const SLIDES_AFTER = 1 / 10

/** How far the clocks of two instances may be apart, in seconds. */
export const SKEW = 60

/**
 * Why a session has ended, or undefined while it lives. The timeouts in force now count, not only the end that was
 * sealed in: shortening a timeout shortens living sessions.
 *
 * @param lastUse when it was last used, in seconds since the epoch
 * @param now seconds since the epoch
 */
export function endedBy(session: Lifetime, timeouts: Timeouts, lastUse: number, now: number): Rejection | undefined {
  if (session.sat > now + SKEW || session.iat > now + SKEW) return 'future'
  if (session.sat + timeouts.absolute <= now) return 'absolute'
  if (lastUse + idleTimeoutOf(session, timeouts) <= now) return 'idle'
  if (session.exp <= now) return 'expired'
  return undefined
}

/**
 * When a session ends that is not used any more: after the idle timeout, but never past the absolute one, nor past what
 * was sealed in (`exp`), which a longer timeout does not change before it is written.
 */
export function endOf(
  session: Pick<Lifetime, 'sat' | 'ttl'> & { readonly exp?: number | undefined },
  timeouts: Timeouts,
  lastUse: number,
): number {
  const { exp = Number.POSITIVE_INFINITY } = session
  return Math.min(lastUse + idleTimeoutOf(session, timeouts), absoluteEndOf(session, timeouts), exp)
}

/** When a session ends, however it is used. */
export function absoluteEndOf({ sat }: Pick<Lifetime, 'sat'>, timeouts: Timeouts): number {
  return sat + timeouts.absolute
}

/** Whether a session was used so recently that another use makes no difference. */
export function isFresh(session: Pick<Lifetime, 'ttl'>, timeouts: Timeouts, lastUse: number, now: number): boolean {
  return now - lastUse < idleTimeoutOf(session, timeouts) * SLIDES_AFTER
}

/**
 * Whether a session that is used should slide: a tenth of its idle timeout has passed since its last use, and its end
 * would move.
 */
export function isDue({ sat, ttl }: Lifetime, timeouts: Timeouts, lastUse: number, now: number): boolean {
  const session = { sat, ttl }
  return !isFresh(session, timeouts, lastUse, now) && endOf(session, timeouts, now) > endOf(session, timeouts, lastUse)
}

/** Whether a session's cookie ends with the browser, as it says itself (0) or, if it says nothing, as all do. */
export function endsWithBrowser({ ttl }: Pick<Lifetime, 'ttl'>, persistent: boolean): boolean {
  return ttl === undefined ? !persistent : ttl === 0
}

/** A session's own idle timeout if it has one. One that ends with the browser (0) ends by the common one, too. */
export function idleTimeoutOf({ ttl }: Pick<Lifetime, 'ttl'>, timeouts: Timeouts): number {
  return ttl || timeouts.idle
}
