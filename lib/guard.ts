import { candidates } from './cookie/read.js'
import { type CookieLine, setCookie } from './cookie/write.js'
import type { Settings } from './options.js'
import type { RequestCookie } from './request-cookie.js'
import { type Claims, encodeClaims } from './token/claims.js'
import { open } from './token/open.js'
import { seal } from './token/seal.js'

/** A guard is far shorter: an id, three times, and no data. */
const LONGEST_GUARD = 512

/**
 * The cookie that names a session which has ended, so that a response which was under way cannot bring it back: it is
 * a token like a session's, under a key of its own, without data. It stays until no token of that session could be
 * valid any more, as a late response may have let it slide. There is one: that of the session that ended last.
 *
 * @param now seconds since the epoch
 */
export function guardAgainst(
  { sid, sat }: Claims,
  { profile }: RequestCookie,
  { guardKeys, timeouts }: Settings,
  now: number,
): CookieLine | undefined {
  // Where no key may seal, ending a session must work all the same.
  const key = guardKeys?.active(now)
  if (key === undefined) return undefined
  const exp = sat + timeouts.absolute
  const name = guardOf(profile.name)
  const token = seal(encodeClaims({ sid, sat, iat: now, exp }, '{}'), key)
  return { name, line: setCookie({ name, suffix: profile.suffix }, token, Math.max(0, exp - now)) }
}

/**
 * The id of the session that a request's guard names, if it has one.
 *
 * @param names the session cookie's names
 * @param now seconds since the epoch
 */
export function guardedSession(
  header: string | undefined,
  names: readonly string[],
  { guardKeys }: Settings,
  now: number,
): string | undefined {
  if (guardKeys === undefined) return undefined
  for (const token of names.flatMap((name) => candidates(header, guardOf(name)))) {
    const opened = open(token, guardKeys, now, LONGEST_GUARD)
    if (!('rejected' in opened) && opened.claims.exp > now) return opened.claims.sid
  }
  return undefined
}

function guardOf(name: string): string {
  return `${name}.ended`
}
