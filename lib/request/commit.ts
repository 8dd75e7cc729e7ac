import type { CookieProfile } from '../cookie/attributes.js'
import { type CookieLine, clearCookie } from '../cookie/write.js'
import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import type { ForeignCookie } from '../session-reader.js'
import { decide } from './decide.js'
import { guardAgainst } from './logout-guard.js'
import type { Assessment, Sealable } from './port.js'
import type { RequestCookie } from './request-cookie.js'
import { type Minted, mint } from './seal-session.js'

/**
 * What removes the cookies of a session that has moved in. The one that a browser would take for ours is not removed:
 * ours takes its place.
 */
export function removals(cookies: readonly ForeignCookie[], ours: CookieProfile): CookieLine[] {
  return cookies
    .filter((cookie) => !isReplaced(cookie, ours))
    .map(({ name, path = '/', domain }) => {
      const scope = domain === undefined ? `; Path=${path}` : `; Domain=${domain}; Path=${path}`
      // Browsers take no line for such a name without them (RFC 6265bis, section 5.7, and layered cookies).
      const secure = /^__(?:host|secure|http)-/i.test(name) ? '; Secure' : ''
      const httpOnly = /^__(?:host-)?http-/i.test(name) ? '; HttpOnly' : ''
      return { name, line: clearCookie({ name, suffix: `${scope}${httpOnly}${secure}` }) }
    })
}

/** A cookie is the same to a browser if name, path and domain are (RFC 6265, section 5.3). */
function isReplaced(
  { name, path = '/', domain }: ForeignCookie,
  { name: ourName, attributes }: CookieProfile,
): boolean {
  return name === ourName && path === attributes.path && sameDomain(domain, attributes.domain)
}

/** Browsers drop a dot before it, and do not look at the case. */
export function sameDomain(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [one, other].map((domain) => domain?.replace(/^\./, '').toLowerCase())
  return a === b
}

/** What a commit comes to, and the cookies that are set for it. */
export type Outcome =
  | {
      readonly decision: 'keep'
      readonly lines: readonly CookieLine[]
      /** Why a session stays as it came that was to slide, or to be sealed under another key. */
      readonly obstacle?: SessionError
    }
  | { readonly decision: 'clear'; readonly lines: readonly CookieLine[] }
  | { readonly decision: 'write'; readonly lines: readonly CookieLine[]; readonly kid: string; readonly bytes: number }

/**
 * The way out: decide -> seal -> budget -> `Set-Cookie`.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_OVERFLOW`, `ERR_SESSION_INSECURE` or `ERR_SESSION_KEYS`
 */
export function commit(
  { facts, sealable, brought, cause }: Assessment,
  cookie: RequestCookie,
  settings: Settings,
  now: number,
): Outcome {
  const decision = decide(facts)
  // One that was merely emptied, as by the last flash message, is still the same: what comes late may fill it again.
  const isOver = brought !== undefined && brought.sid !== sealable?.record.sid
  const guard = () => [isOver && guardAgainst(brought, cookie, settings, now)].flatMap((line) => line || [])
  if (decision === 'clear') {
    const removed = cookie.held.map((profile) => ({ name: profile.name, line: clearCookie(profile) }))
    return { decision, lines: [...removed, ...guard()] }
  }
  if (decision === 'keep' || sealable === undefined) return { decision: 'keep', lines: [] }
  const minted = cause === 'app' ? mint(sealable, cookie, settings, now) : renew(sealable, cause, cookie, settings, now)
  if (minted instanceof SessionError) {
    return { decision: 'keep', lines: [], ...(cause === 'renewal' && { obstacle: minted }) }
  }
  const { line, kid, bytes } = minted
  return { decision, lines: [{ name: cookie.profile.name, line }, ...guard()], kid, bytes }
}

/**
 * Seals a session that the app has not changed. What only the package wants is not worth an error: a session that
 * cannot be sealed now stays as it came, and one that slides goes without the time of its last check if it must.
 */
function renew(
  sealable: Sealable,
  cause: Assessment['cause'],
  ...circumstances: [RequestCookie, Settings, now: number]
): Minted | SessionError {
  const minted = attempt(() => mint(sealable, ...circumstances))
  if (cause === 'check' || !(minted instanceof SessionError)) return minted
  const { record, json } = sealable
  const asItCame = { record: { ...record, checked: record.received?.claims.chk }, json }
  return attempt(() => mint(asItCame, ...circumstances))
}

function attempt(act: () => Minted): Minted | SessionError {
  try {
    return act()
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
}
