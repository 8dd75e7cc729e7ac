import type { CookieProfile } from '../cookie/attributes.js'
import { cookieBytes, overflow, sizeOf } from '../cookie/budget.js'
import { type CookieLine, clearCookie, setCookie } from '../cookie/write.js'
import { SessionError } from '../errors.js'
import { noActiveKey } from '../keys/ring.js'
import type { Settings } from '../options/options.js'
import { decide } from '../session/decide.js'
import { endOf, endsWithBrowser } from '../session/lifetime.js'
import type { Assessment, Sealable } from '../session/port.js'
import { encodeClaims } from '../token/claims.js'
import type { TokenKey } from '../token/key.js'
import { seal, sealedLength } from '../token/seal.js'
import type { SessionSize } from '../types.js'
import { guardAgainst } from './guard.js'
import type { RequestCookie } from './request-cookie.js'

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

/** A sealed session and the line that sets it. */
export interface Minted {
  readonly token: string
  readonly line: string
  readonly kid: string
  /** Of name and value. */
  readonly bytes: number
}

/** Seals a session. The size is checked before any work goes into it. */
export function mint(sealable: Sealable, { profile, refused }: RequestCookie, settings: Settings, now: number): Minted {
  if (refused) throw insecure()
  const { record } = sealable
  const { key, plaintext, exp, bytes } = prepare(sealable, profile, settings, now)
  if (bytes > settings.sizeLimit) throw overflow(sizeOf(bytes, settings.sizeLimit, JSON.parse(sealable.json)))
  const token = seal(plaintext, key)
  return {
    token,
    line: setCookie(profile, token, endsWithBrowser(record, settings.persistent) ? undefined : Math.max(0, exp - now)),
    kid: key.kid,
    bytes,
  }
}

/** What a session would cost now, whether or not it fits. */
export function measure(sealable: Sealable, profile: CookieProfile, settings: Settings, now: number): SessionSize {
  const { bytes } = prepare(sealable, profile, settings, now)
  return sizeOf(bytes, settings.sizeLimit, JSON.parse(sealable.json))
}

interface Prepared {
  readonly key: TokenKey
  readonly plaintext: string
  readonly exp: number
  readonly bytes: number
}

function prepare({ record, json }: Sealable, profile: CookieProfile, settings: Settings, now: number): Prepared {
  const key = settings.keys.active(now)
  if (key === undefined) throw noActiveKey()
  const { sid, sat, ttl, checked } = record
  const exp = endOf(record, settings.timeouts, now)
  const plaintext = encodeClaims({ sid, sat, iat: now, exp, ttl, chk: checked }, json)
  const length = sealedLength(Buffer.byteLength(plaintext), key)
  return { key, plaintext, exp, bytes: cookieBytes(profile.name, { length }) }
}

function insecure(): SessionError {
  return new SessionError(
    'ERR_SESSION_INSECURE',
    'the session would leave over plain HTTP in production. Behind a proxy that ends TLS, tell Express: ' +
      'app.set("trust proxy", 1), and let the proxy send X-Forwarded-Proto. ' +
      'Without Express there: session({ cookie: { secure: true } }). ' +
      'If plain HTTP is meant: session({ cookie: { secure: false } })',
  )
}
