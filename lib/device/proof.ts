import { isUtf8 } from 'node:buffer'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { decodeBase64url } from '../token/compact.js'
import { isObject, jsonObject, type Members } from '../values.js'

/** A public key of P-256 (RFC 7518, section 6.2.1), whose private half cannot leave the device. */
export interface DeviceKey {
  /** Its coordinates in base64url, 43 characters each. */
  readonly x: string
  readonly y: string
  /** The first 16 bytes of its thumbprint (RFC 7638, with SHA-256) in base64url: 22 characters. A session names it. */
  readonly thumbprint: string
}

/** A proof that was read, and not yet verified. */
export interface Proof {
  /** The challenge that was signed. */
  readonly challenge: string
  /** The key that it comes with; undefined if there is none, or not one that we take. */
  readonly key: DeviceKey | undefined
  readonly signed: string
  readonly signature: Buffer
}

/** The most characters of a proof. Those of Chromium have about 630. */
export const MAX_PROOF = 2048

/** How many characters the coordinates of a key take. */
export const KEY_LENGTH: number = 2 * 43

/**
 * 32 bytes in canonical base64url: the last character has two bits that must be zero. Node takes other spellings of it,
 * and each has a thumbprint of its own.
 */
const COORDINATE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** Two integers of 32 bytes (RFC 7518, section 3.4). */
const SIGNATURE_BYTES = 64
const THUMBPRINT_BYTES = 16

/**
 * Reads the proof of a registration or a refresh: a JWS in compact serialization (RFC 7515, section 7.1) with ES256, of
 * type `dbsc+jwt`. Undefined for anything else, also for `none` and `RS256`.
 *
 * @param text the header `Secure-Session-Response`
 */
export function readProof(text: string): Proof | undefined {
  if (text.length > MAX_PROOF) return undefined
  const parts = text.split('.', 4)
  if (parts.length !== 3) return undefined
  const [head, body, tail] = parts as [string, string, string]
  // Anybody can send one: what is cheap to refuse is refused first, and JSON that is none is dear.
  const signature = decodeBase64url(tail)
  if (signature?.length !== SIGNATURE_BYTES) return undefined
  const header = membersOf(head)
  if (header === undefined || own(header, 'typ') !== 'dbsc+jwt' || own(header, 'alg') !== 'ES256') return undefined
  // What is critical has to be understood, and nothing is (RFC 7515, section 4.1.11).
  if (own(header, 'crit') !== undefined) return undefined
  const payload = membersOf(body)
  if (payload === undefined) return undefined
  const challenge = own(payload, 'jti')
  if (typeof challenge !== 'string') return undefined
  return { challenge, key: keyOf(own(header, 'jwk')), signed: `${head}.${body}`, signature }
}

function membersOf(part: string): Members | undefined {
  const bytes = decodeBase64url(part)
  return bytes && isUtf8(bytes) ? jsonObject(bytes.toString('utf8')) : undefined
}

/** What other code has put on `Object.prototype` is no member. */
function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined
}

function keyOf(jwk: unknown): DeviceKey | undefined {
  if (!isObject(jwk) || own(jwk, 'kty') !== 'EC' || own(jwk, 'crv') !== 'P-256') return undefined
  const [x, y] = [own(jwk, 'x'), own(jwk, 'y')]
  return typeof x === 'string' && typeof y === 'string' ? keyFrom(x, y) : undefined
}

/** A key with these coordinates; undefined if they are not in canonical base64url, or of another length. */
export function keyFrom(x: string, y: string): DeviceKey | undefined {
  if (!COORDINATE.test(x) || !COORDINATE.test(y)) return undefined
  // The required members in the order of RFC 7638, section 3.2. Coordinates need no escaping.
  const members = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`
  const digest = createHash('sha256').update(members).digest()
  return { x, y, thumbprint: digest.subarray(0, THUMBPRINT_BYTES).toString('base64url') }
}

/** Whether a proof was signed by the private half of a key. A point that is not on the curve has signed nothing. */
export function isSignedBy({ signed, signature }: Proof, { x, y }: DeviceKey): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    return verify('sha256', Buffer.from(signed, 'latin1'), { key, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    return false
  }
}
