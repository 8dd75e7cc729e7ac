import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { attempt } from '../token/algorithms.js'

/** Whether a signature is that of a text. */
export type Verify = (text: string, signature: string) => boolean

/** How the bytes of a signature are spelled, in every case without padding. */
export type SignatureEncoding = 'base64' | 'base64url' | 'hex'

/**
 * Verifies HMACs (RFC 2104) as other packages make them. Every secret is tried, each in constant time, as all of them
 * are in force while an app rotates them.
 */
export function verifier(
  secrets: readonly (string | Uint8Array)[],
  algorithm: string,
  encoding: SignatureEncoding,
): Verify {
  // KeyObjects, because Node prints them without their bytes.
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret)))
  return (text, signature) => {
    const given = Buffer.from(signature)
    return keys.some((key) => {
      const expected = createHmac(algorithm, key).update(text).digest(encoding).replace(/=+$/, '')
      // What is compared are the texts, so that a signature has one spelling only.
      return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))
    })
  }
}

/** Whether this Node can make an HMAC with a hash of this name: its names depend on the OpenSSL behind it. */
export function isHmacAlgorithm(name: string): boolean {
  return attempt(() => createHmac(name, '')) !== undefined
}
