import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { attempt } from '../token/algorithms.js'

/** Tells whether a signature belongs to a text. */
export type Verify = (text: string, signature: string) => boolean

/** The encoding of a signature, without padding. */
export type SignatureEncoding = 'base64' | 'base64url' | 'hex'

/**
 * Makes a function that verifies HMACs (RFC 2104) of other packages. It tries every secret, each in constant time:
 * while an app rotates its secrets, all of them count.
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
      // Comparing texts leaves a signature one spelling only.
      return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))
    })
  }
}

/** Whether this Node can make an HMAC with a hash of this name, which depends on its OpenSSL. */
export function isHmacAlgorithm(name: string): boolean {
  return attempt(() => createHmac(name, '')) !== undefined
}
