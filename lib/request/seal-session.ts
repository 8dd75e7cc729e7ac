import type { CookieProfile } from '../cookie/attributes.js'
import { cookieBytes, overflow, sizeOf } from '../cookie/budget.js'
import { setCookie } from '../cookie/header.js'
import { SessionError } from '../errors.js'
import { type PlainReason, whyPlain } from '../http/request.js'
import { noActiveKey } from '../keys/ring.js'
import type { Settings } from '../options/options.js'
import { absoluteEndOf, endsWithBrowser } from '../session/lifetime.js'
import type { SessionRecord } from '../session/record.js'
import { encodeClaims } from '../token/claims.js'
import { seal, sealedLength } from '../token/jwe.js'
import type { TokenKey } from '../token/key.js'
import type { SessionSize } from '../types.js'
import type { RequestCookie } from './request-cookie.js'

/** A session that can be sealed: its record, and its data as JSON. */
export interface Sealable {
  readonly record: SessionRecord
  readonly json: string
  /** The device's key that it is bound to. */
  readonly dev?: string | undefined
}

/** A sealed session, and the `Set-Cookie` line that carries it. */
export interface SealedSession {
  readonly token: string
  readonly line: string
  readonly kid: string
  /** Of name and value. */
  readonly bytes: number
}

/**
 * Seals a session. The size is checked before any work goes into it.
 *
 * @param now seconds since the epoch
 * @throws {SessionError} `ERR_SESSION_INSECURE`, `ERR_SESSION_KEYS` or `ERR_SESSION_OVERFLOW`
 */
export function sealSession(
  sealable: Sealable,
  { profile, refused, security }: RequestCookie,
  settings: Settings,
  now: number,
  lastUse: number = now,
): SealedSession {
  if (refused) throw insecure(security.by && whyPlain(security.by))
  const { key, plaintext, exp, bytes } = prepare(sealable, profile, settings, now, lastUse)
  if (bytes > settings.sizeLimit) throw overflow(sizeOf(bytes, settings.sizeLimit, JSON.parse(sealable.json)))
  const token = seal(plaintext, key)
  const maxAge = endsWithBrowser(sealable.record, settings.persistent) ? undefined : Math.max(0, exp - now)
  return { token, line: setCookie(profile, token, maxAge), kid: key.kid, bytes }
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

/** What the name of a device's key adds to the plaintext. Counted from the beginning, so that binding never overflows. */
const DEVICE_LENGTH = `,"dev":"${'A'.repeat(22)}"`.length

function prepare(
  { record, json, dev }: Sealable,
  profile: CookieProfile,
  settings: Settings,
  now: number,
  lastUse: number = now,
): Prepared {
  const key = settings.keys.active(now)
  if (key === undefined) throw noActiveKey()
  const { sid, sat, src, ttl, checked } = record
  const exp = absoluteEndOf(record, settings.timeouts)
  const plaintext = encodeClaims({ sid, sat, iat: lastUse, exp, ttl, chk: checked, dev, src }, json)
  const missing = settings.device && dev === undefined ? DEVICE_LENGTH : 0
  const length = sealedLength(Buffer.byteLength(plaintext) + missing, key)
  return { key, plaintext, exp, bytes: cookieBytes(profile.name, { length }) }
}

/** What is wrong, and the fix, by why Express took the request for plain HTTP. */
const PLAIN: Readonly<Record<PlainReason, string>> = {
  untrusted: 'behind a proxy that ends TLS, call app.set("trust proxy", 1) and have the proxy send X-Forwarded-Proto',
  'other-proxy': '"trust proxy" does not name what sent this request. Set the addresses or the number of your proxies',
  'number-as-text': '"trust proxy" is a number as text, which Express takes for an address. Set Number(...) of it',
  'no-header': 'the app trusts its proxy, but X-Forwarded-Proto is missing. Have the proxy send it',
  http:
    'the app trusts its proxy, but X-Forwarded-Proto is not https. Have the proxy say what the browser used, and ' +
    'redirect plain HTTP to HTTPS',
}

function insecure(reason: PlainReason = 'untrusted'): SessionError {
  return new SessionError(
    'ERR_SESSION_INSECURE',
    `the session would be sent over plain HTTP in production: ${PLAIN[reason]}. Without Express, or where the proxy ` +
      `cannot send it, set cookie: { secure: 'assume' }. To allow plain HTTP, set cookie: { secure: false }`,
  )
}
