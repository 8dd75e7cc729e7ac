import { base64urlLength } from './base64url.js'

/** Bytes of the initialization vector and of the tag (RFC 7518, section 5.3). */
export const IV_BYTES = 12
export const TAG_BYTES = 16

/** The five parts of a JWE in compact serialization, each still in base64url. */
export interface CompactJwe {
  readonly header: string
  readonly encryptedKey: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** JWE compact serialization (RFC 7516, section 3.1): header, encrypted key, IV, ciphertext and tag between dots. */
export function joinCompact(jwe: CompactJwe): string {
  return `${jwe.header}.${jwe.encryptedKey}.${jwe.iv}.${jwe.ciphertext}.${jwe.tag}`
}

/** The parts of a token, or undefined if there are not exactly five. */
export function splitCompact(token: string): CompactJwe | undefined {
  const parts = token.split('.', 6)
  if (parts.length !== 5) return undefined
  const [header, encryptedKey, iv, ciphertext, tag] = parts as [string, string, string, string, string]
  return { header, encryptedKey, iv, ciphertext, tag }
}

/** The length of a token with direct encryption: AES-GCM's ciphertext is as long as the plaintext. */
export function compactLength(header: string, plaintextBytes: number): number {
  return header.length + base64urlLength(IV_BYTES) + base64urlLength(plaintextBytes) + base64urlLength(TAG_BYTES) + 4
}
