import { UsageError } from './usage-error.js'

/** The last second that a `Date` holds. */
const LAST = 8.64e12
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/

/** A time in seconds since the epoch as an ISO 8601 date. */
export function isoDate(seconds: number): string {
  if (seconds > LAST) return 'never'
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000', '')
}

/**
 * The time that `--at` gives, in seconds since the epoch.
 *
 * @throws {UsageError}
 */
export function timeOf(date: string): number {
  const time = ISO_DATE.test(date) ? Date.parse(date) : Number.NaN
  if (Number.isFinite(time)) return Math.floor(time / 1000)
  throw new UsageError('--at is not an ISO date: write 2026-12-31, or 2026-12-31T18:00:00Z')
}
