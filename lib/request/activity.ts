import { type CookieLine, candidates, setCookie } from '../cookie/header.js'
import { noActiveKey } from '../keys/ring.js'
import type { Settings } from '../options/options.js'
import { absoluteEndOf, endsWithBrowser, isFresh, SKEW } from '../session/lifetime.js'
import type { SessionRecord } from '../session/record.js'
import { type Claims, encodeClaims } from '../token/claims.js'
import { open, seal } from '../token/jwe.js'
import type { TokenKeys } from '../token/key.js'
import type { FormerCookie, RequestCookie } from './request-cookie.js'
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
 * When a session was last used and checked, as its token or a newer companion says. Companions are opened only if the
 * token alone does not tell whether the session has ended, slides, or is due for a check.
 *
 * @param companions opens those of the request
 * @param now seconds since the epoch
 */
export function activityOf(
  claims: Claims,
  companions: () => readonly Claims[],
  settings: Settings,
  now: number,
): Activity {
  const { sid, sat, iat } = claims
  const activity = { lastUse: iat, lastCheck: knownCheck(claims, now) }
  if (isSettled(activity, claims, settings, now)) return activity
  for (const seen of companions()) {
    if (seen.sid !== sid || seen.sat !== sat) continue
    if (seen.iat <= now + SKEW) activity.lastUse = Math.max(activity.lastUse, seen.iat)
    const check = knownCheck(seen, now)
    if (check !== undefined) activity.lastCheck = Math.max(activity.lastCheck ?? 0, check)
  }
  return activity
}

/**
 * Opens the companions of a request, whichever session they belong to. At most four count for each name, and other hosts
 * may have planted some of them.
 *
 * @param names the session cookie's names
 * @param now seconds since the epoch
 * @param former cookies whose companions count as well
 */
export function openCompanions(
  header: string | undefined,
  names: readonly string[],
  { activityKeys }: Settings,
  now: number,
  former: readonly FormerCookie[] = [],
): readonly Claims[] {
  if (!header?.includes(`${SEEN}=`)) return []
  const found = companionsIn(header, names, activityKeys, now)
  for (const one of former) found.push(...companionsIn(header, one.names, one.keys.activityKeys, now))
  return found
}

function companionsIn(header: string, names: readonly string[], keys: TokenKeys, now: number): Claims[] {
  const found: Claims[] = []
  for (const name of names) {
    for (const token of candidates(header, companionOf(name))) {
      const opened = open(token, keys, now, MAX_COMPANION_LENGTH)
      if (!('rejected' in opened)) found.push(opened.claims)
    }
  }
  return found
}

/** Ignores a time farther ahead than clocks may be apart. It would turn checks off, or hide a later time. */
function knownCheck({ chk }: Claims, now: number): number | undefined {
  return chk !== undefined && chk <= now + SKEW ? chk : undefined
}

function isSettled(
  { lastUse, lastCheck }: Activity,
  claims: Claims,
  { timeouts, validate, validateEvery }: Settings,
  now: number,
): boolean {
  return (
    isFresh(claims, timeouts, lastUse, now) &&
    (validate === undefined || validateEvery === 0 || !isDueForCheck(lastCheck, validateEvery, now))
  )
}

/**
 * Makes the companion of a session: a small cookie that keeps when the session was last used and checked. Because of it, a
 * response that only reads a session does not set the session's own cookie, and cannot undo what another response does. It
 * has the name of the cookie that came, even if the session would be written under another one now.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_KEYS` if no key may seal
 */
export function companionLine(
  record: SessionRecord,
  { lastUse, lastCheck }: Activity,
  { held: [profile] }: RequestCookie,
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

const SEEN = '.seen'

/** The name of the companion beside a session's cookie. */
export function companionOf(name: string): string {
  return name + SEEN
}
