import { isUtf8 } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import { isObject, jsonObject } from '../values.js'

/** The claims of a token. Times are whole seconds since the epoch. */
export interface Claims {
  /** The session's id. */
  readonly sid: string
  /** When the session began: `absoluteTimeout` counts from here. */
  readonly sat: number
  /** When this token was sealed: `idleTimeout` counts from here. */
  readonly iat: number
  /** When this token ends, by the timeouts at sealing. */
  readonly exp: number
  /** The session's own idle timeout, in seconds; 0: its cookie ends with the browser. */
  readonly ttl?: number | undefined
  /** When `validate` last accepted the session. */
  readonly chk?: number | undefined
  /** The device's key that the session is bound to: half of its thumbprint, 22 characters. */
  readonly dev?: string | undefined
  /** For a migrated session, a hash of the cookies that it was read from. */
  readonly src?: string | undefined
}

/** Writes the plaintext of a token: the claims, then the app's data, given as JSON. */
export function encodeClaims({ sid, sat, iat, exp, ttl, chk, dev, src }: Claims, json: string): string {
  const times = (ttl === undefined ? '' : `,"ttl":${ttl}`) + (chk === undefined ? '' : `,"chk":${chk}`)
  const own = times + (dev === undefined ? '' : `,"dev":"${dev}"`) + (src === undefined ? '' : `,"src":"${src}"`)
  return `{"sid":"${sid}","sat":${sat},"iat":${iat},"exp":${exp}${own},"data":${json}}`
}

/** A plaintext, and what is in it. */
export interface Content {
  readonly claims: Claims
  readonly data: Record<string, unknown>
  readonly text: string
}

/** Reads the claims and data of a plaintext that has verified; undefined if it is not that of a session. */
export function decodeClaims(plaintext: Buffer): Content | undefined {
  if (!isUtf8(plaintext)) return undefined
  const text = plaintext.toString('utf8')
  const value = jsonObject(text)
  if (value === undefined) return undefined
  const { sid, sat, iat, exp, data } = value
  // What other code has put on `Object.prototype` is not a claim.
  const ttl = Object.hasOwn(value, 'ttl') ? value['ttl'] : undefined
  const chk = Object.hasOwn(value, 'chk') ? value['chk'] : undefined
  const dev = Object.hasOwn(value, 'dev') ? value['dev'] : undefined
  const src = Object.hasOwn(value, 'src') ? value['src'] : undefined
  if (!isId(sid) || !isTime(sat) || !isTime(iat) || !isTime(exp) || !isObject(data)) return undefined
  if ((ttl !== undefined && !isTime(ttl)) || (chk !== undefined && !isTime(chk))) return undefined
  if ((src !== undefined && !isId(src)) || (dev !== undefined && !isDevice(dev))) return undefined
  return { claims: { sid, sat, iat, exp, ttl, chk, dev, src }, data, text }
}

/**
 * Whether a plaintext has these data, given as JSON. `encodeClaims` writes them last, where comparing the texts is
 * enough; another library may write the same data differently.
 *
 * @param text a plaintext that was decoded
 */
export function holdsData(text: string, json: string): boolean {
  const start = text.length - json.length - 1
  // Equality compares memory, and `endsWith` would compare characters.
  const isAsWritten = text.slice(start, -1) === json && text.slice(start - ',"data":'.length, start) === ',"data":'
  return isAsWritten || JSON.stringify(dataOf(text)) === json
}

/** The data of a plaintext that was decoded, as fresh objects. */
export function dataOf(text: string): Record<string, unknown> {
  return JSON.parse(text).data
}

/** Whether it is a session id: 1 to 64 characters of base64url. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
}

/** Whether it names a device's key: 16 bytes in canonical base64url. */
export function isDevice(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{21}[AQgw]$/.test(value)
}

/** Whether it is a time in whole seconds since the epoch. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Makes a session id of 16 random bytes: 22 characters of base64url. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * Hashes the cookies that a migrated session was read from. Requests that bring them at the same time get a session
 * each with the same hash, so that a log-out ends all of them.
 */
export function sourceOf(cookies: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(cookies)).digest().subarray(0, 16).toString('base64url')
}

/** Hashes a session id for logs and events, where it is of no use to a thief. */
export function hashSessionId(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url').slice(0, 16)
}
