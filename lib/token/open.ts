import { createDecipheriv, type DecipherGCM } from 'node:crypto'
import type { Rejection } from '../types.js'
import { decodeBase64url } from './base64url.js'
import { type Content, decodeClaims } from './claims.js'
import { IV_BYTES, splitCompact, TAG_BYTES } from './compact.js'
import { kidOf } from './header.js'
import type { TokenKey, TokenKeys } from './key.js'

/** A token that verified, with what it says. Whether it is still valid is for `session/lifetime` to decide. */
export interface Opened extends Content {
  readonly kid: string
}

/** A token that was not accepted. The kid is there once it is known that the ring has it. */
export interface Rejected {
  readonly rejected: Rejection
  readonly kid?: string
}

/**
 * Opens a JWE (RFC 7516, section 5.2). Whatever a client sends, the outcome is a value, reached in time that the
 * token's length bounds; no claim is parsed before the tag has verified.
 *
 * @param now seconds since the epoch
 * @param limit the longest token to look at, in characters
 */
export function open(token: string, keys: TokenKeys, now: number, limit: number): Opened | Rejected {
  if (token.length > limit) return { rejected: 'too-long' }
  const jwe = splitCompact(token)
  if (jwe === undefined || jwe.encryptedKey !== '') return { rejected: 'malformed' }

  const active = keys.active(now)
  // Most tokens have the very header that the active key gives them, which need not be parsed again.
  const kid = jwe.header === active?.header ? active.kid : kidOf(jwe.header)
  if (kid === undefined) return { rejected: 'malformed' }
  const key = keys.find(kid, now)
  if (key === undefined) return { rejected: 'missing-key' }

  const iv = decodeBase64url(jwe.iv)
  const tag = decodeBase64url(jwe.tag)
  const ciphertext = decodeBase64url(jwe.ciphertext)
  if (iv?.length !== IV_BYTES || tag?.length !== TAG_BYTES || ciphertext === undefined) {
    return { rejected: 'malformed', kid }
  }

  const plaintext = decrypt(key, { header: jwe.header, iv, ciphertext, tag })
  if (plaintext === undefined) return { rejected: 'tampered', kid }
  const content = decodeClaims(plaintext)
  return content ? { kid, ...content } : { rejected: 'malformed', kid }
}

interface Encrypted {
  readonly header: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/** AES-256-GCM; undefined when the tag does not verify. */
function decrypt({ key }: TokenKey, { header, iv, ciphertext, tag }: Encrypted): Buffer | undefined {
  // Without authTagLength Node 20 and 24 would take a tag of four bytes, which can be guessed.
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(header, 'latin1')).setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  return verifies(decipher) ? plaintext : undefined
}

/** Node throws when the tag does not verify. Nobody sees that error, and its stack would cost as much as the decryption. */
function verifies(decipher: DecipherGCM): boolean {
  const { stackTraceLimit } = Error
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    decipher.final()
    return true
  } catch {
    return false
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}
