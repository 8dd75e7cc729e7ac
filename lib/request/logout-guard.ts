import { type CookieLine, candidates, setCookie } from '../cookie/header.js'
import type { Settings } from '../options/options.js'
import { type Claims, encodeClaims, isId, isTime } from '../token/claims.js'
import { open, seal } from '../token/jwe.js'
import type { TokenKeys } from '../token/key.js'
import type { FormerCookie, RequestCookie } from './request-cookie.js'

/** A guard is shorter: it has ids and times of a few sessions, and no data. */
const MAX_GUARD_LENGTH = 1024
/** How many sessions a guard names. Those that ended last are kept. */
const MAX_ENDED = 4

/** Ended sessions, by id or by what they were migrated from, with the time until which a token of them could be valid. */
export type EndedSessions = ReadonlyMap<string, number>

export const NONE_ENDED: EndedSessions = new Map()

/** A session with data that a cookie brought. Times in seconds since the epoch. */
export interface PreviousSession {
  readonly sid: string
  readonly sat: number
  /** What it came from, if it moved in: other requests may have let it move in under an id of their own. */
  readonly src?: string | undefined
  /** Other sessions that have ended in this browser. */
  readonly ended: EndedSessions
  /** Other sessions that the request brought, which end with it. */
  readonly others?: readonly Pick<Claims, 'sid' | 'sat' | 'src'>[]
}

/**
 * Makes the cookie that names ended sessions, so that a response that was under way cannot bring them back. It is a token
 * like a session's, under a key of its own. It names a session until no token of it could be valid any more.
 *
 * @param now seconds since the epoch
 */
export function guardAgainst(
  { sid, sat, src, ended, others: alsoEnded = [] }: PreviousSession,
  { held: [profile] }: RequestCookie,
  { guardKeys, timeouts }: Settings,
  now: number,
): CookieLine | undefined {
  // Ending a session must work even if no key may seal.
  const key = guardKeys?.active(now)
  if (key === undefined) return undefined
  const end = sat + timeouts.absolute
  const sources = [{ src, sat }, ...alsoEnded].flatMap((one) =>
    one.src === undefined ? [] : [[one.src, one.sat + timeouts.absolute] as const],
  )
  const ids = alsoEnded.map((one) => [one.sid, one.sat + timeouts.absolute] as const)
  const others = [...sources, ...ids, ...ended].slice(0, MAX_ENDED - 1)
  const exp = Math.max(end, ...others.map(([, other]) => other))
  const data = JSON.stringify(others.length === 0 ? {} : { ended: others })
  const name = guardOf(profile.name)
  const token = seal(encodeClaims({ sid, sat, iat: now, exp }, data), key)
  return { name, line: setCookie({ name, suffix: profile.suffix }, token, Math.max(0, exp - now)) }
}

/**
 * Reads the sessions that a request's guards name. There may be several guards; an attacker may have planted one.
 *
 * @param names the session cookie's names
 * @param now seconds since the epoch
 * @param former cookies whose guards count as well
 */
export function endedSessions(
  header: string | undefined,
  names: readonly string[],
  { guardKeys }: Settings,
  now: number,
  former: readonly FormerCookie[] = [],
): EndedSessions {
  if (!header?.includes(`${ENDED}=`)) return NONE_ENDED
  const ended = new Map<string, number>()
  for (const { names: own, keys } of [{ names, keys: { guardKeys } }, ...former]) {
    for (const name of own) addEnded(ended, candidates(header, guardOf(name)), keys.guardKeys, now)
  }
  return ended
}

function addEnded(
  ended: Map<string, number>,
  guards: readonly string[],
  keys: TokenKeys | undefined,
  now: number,
): void {
  if (keys === undefined) return
  for (const guard of guards) {
    const opened = open(guard, keys, now, MAX_GUARD_LENGTH)
    if ('rejected' in opened) continue
    const { claims, data } = opened
    for (const [id, end] of [[claims.sid, claims.exp] as const, ...entriesOf(data['ended'])]) {
      if (end > now) ended.set(id, end)
    }
  }
}

function entriesOf(value: unknown): [sid: string, end: number][] {
  if (!Array.isArray(value)) return []
  // The next guard takes these over, and would not open with an end that no claim can have.
  return value.filter((entry): entry is [string, number] => Array.isArray(entry) && isId(entry[0]) && isTime(entry[1]))
}

const ENDED = '.ended'

/** Whether it is the name of a guard. */
export function isGuard(name: string): boolean {
  return name.endsWith(ENDED)
}

/** The name of the guard beside a session's cookie. */
export function guardOf(name: string): string {
  return name + ENDED
}
