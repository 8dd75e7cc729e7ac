import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** What a derived key is for, and its length in bytes (RFC 7518, sections 4.4, 5.2.5 and 5.3). */
const KEY_BYTES = { A256GCM: 32, 'A256CBC-HS512': 64, A256KW: 32 } as const

export type Algorithm = keyof typeof KEY_BYTES

export const ALGORITHMS = Object.keys(KEY_BYTES) as readonly Algorithm[]

const KID_BYTES = 6

/**
 * The key for one purpose and one algorithm (RFC 8725, section 3.1: one key, one algorithm). Purposes are
 * `cookie/<base name>`, so a token that is moved to a cookie of another name meets another key and never opens.
 */
export function deriveKey(root: KeyObject, purpose: string, algorithm: Algorithm): KeyObject {
  return createSecretKey(hkdf(root, `${purpose}/${algorithm}`, KEY_BYTES[algorithm]))
}

/** A name for a root that says nothing about it: 8 characters of base64url. */
export function deriveKid(root: KeyObject): string {
  return hkdf(root, 'kid', KID_BYTES).toString('base64url')
}

/** HKDF-SHA-256 (RFC 5869) with an empty salt: a root is uniformly random or refused, so there is nothing to extract. */
function hkdf(root: KeyObject, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', `sealed-session/1/${info}`, length))
}
