import { candidates } from '../cookie/read.js'
import { type CookieLine, setCookie } from '../cookie/write.js'
import { noActiveKey } from '../keys/ring.js'
import type { Settings } from '../options/options.js'
import { absoluteEndOf, endsWithBrowser, idleTimeoutOf, SKEW } from '../session/lifetime.js'
import type { SessionRecord } from '../session/record.js'
import { type Claims, encodeClaims } from '../token/claims.js'
import { open } from '../token/open.js'
import { seal } from '../token/seal.js'
import type { RequestCookie } from './request-cookie.js'
import { isDueForCheck } from './validate.js'

/** When a session was last used and checked, in seconds since the epoch. */
export interface Activity {
  readonly lastUse: number
  /** When `validate` last let it go on; undefined if that is not kept. */
  readonly lastCheck: number | undefined
}

/** A companion is shorter: it has no data. */
const MAX_COMPANION_LENGTH = 1024

/**
 * When a session was last used and checked: as its token says, or a companion of it that is newer. The companions are
 * opened only where the token alone does not settle whether the session has ended, slides, or is to be checked.
 *
 * @param now seconds since the epoch
 */
export function activityOf(
  claims: Claims,
  header: string | undefined,
  names: readonly string[],
  settings: Settings,
  now: number,
): Activity {
  const { sid, sat, iat, chk } = claims
  // A check by a clock that was ahead counts as none: it must not hide a newer one that a companion keeps.
  const activity = { lastUse: iat, lastCheck: chk !== undefined && chk <= now + SKEW ? chk : undefined }
  if (isSettled(activity, claims, settings, now)) return activity
  for (const token of names.flatMap((name) => candidates(header, companionOf(name)))) {
    const opened = open(token, settings.activityKeys, now, MAX_COMPANION_LENGTH)
    if ('rejected' in opened || opened.claims.sid !== sid || opened.claims.sat !== sat) continue
    const { claims: seen } = opened
    if (seen.iat <= now + SKEW) activity.lastUse = Math.max(activity.lastUse, seen.iat)
    if (seen.chk !== undefined && seen.chk <= now + SKEW) {
      activity.lastCheck = Math.max(activity.lastCheck ?? 0, seen.chk)
    }
  }
  return activity
}

function isSettled(
  { lastUse, lastCheck }: Activity,
  claims: Claims,
  { timeouts, validate, validateEvery }: Settings,
  now: number,
): boolean {
  const isFresh = now - lastUse < idleTimeoutOf(claims, timeouts) / 10
  return isFresh && (validate === undefined || validateEvery === 0 || !isDueForCheck(lastCheck, validateEvery, now))
}

/**
 * The companion of a session: a small cookie that keeps when the session was last used and checked, so that a response
 * that only reads a session does not set the session's own cookie, and cannot undo what another response does.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_KEYS` if no key may seal
 */
export function companionLine(
  record: SessionRecord,
  { lastUse, lastCheck }: Activity,
  { profile }: RequestCookie,
  settings: Settings,
  now: number,
): CookieLine {
  const key = settings.activityKeys.active(now)
  if (key === undefined) throw noActiveKey()
  const { sid, sat } = record
  const exp = absoluteEndOf(record, settings.timeouts)
  const token = seal(encodeClaims({ sid, sat, iat: lastUse, exp, chk: lastCheck }, '{}'), key)
  const name = companionOf(profile.name)
  const maxAge = endsWithBrowser(record, settings.persistent) ? undefined : Math.max(0, exp - now)
  return { name, line: setCookie({ name, suffix: profile.suffix }, token, maxAge) }
}

/** The name of the companion beside a session's cookie. */
export function companionOf(name: string): string {
  return `${name}.seen`
}
