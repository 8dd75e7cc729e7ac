import type { Rejection } from '../types.js'
import { type ContentKey, ENCRYPTIONS, type Encrypted, unwrap, WRAPPING_BYTES } from './algorithms.js'
import { type Content, decodeClaims } from './claims.js'
import { decodeBase64url, decodeHeader, type Header, splitCompact } from './compact.js'
import type { TokenKey, TokenKeys } from './key.js'

/** A token that has verified. `session/lifetime` decides whether it is still valid. */
export interface Opened extends Content {
  readonly kid: string
}

/** A token that was not accepted, with its kid if the ring has that key. */
export interface Rejected {
  readonly rejected: Rejection
  readonly kid?: string
}

/** The most characters of a token. Not `sizeLimit`: lowering that must not end larger sessions. */
export const MAX_TOKEN = 4096

/** The most characters of a header in base64url. Ours have at most 104, and deep JSON is slow to parse. */
export const MAX_HEADER = 256

/**
 * Opens a JWE (RFC 7516, section 5.2). It never throws, its time depends on the length of the token only, and it parses
 * no claim before the tag has verified.
 *
 * @param now seconds since the epoch
 * @param limit the most characters of a token; a longer one is not decoded
 */
export function open(token: string, keys: TokenKeys, now: number, limit: number): Opened | Rejected {
  if (token.length > limit) return { rejected: 'too-long' }
  const jwe = splitCompact(token)
  if (jwe === undefined) return { rejected: 'malformed' }

  const active = keys.active(now)
  // Most tokens have the header of the active key, which needs no parsing.
  const isActive = jwe.header === active?.header
  const header = isActive ? active : jwe.header.length > MAX_HEADER ? undefined : decodeHeader(jwe.header)
  if (header === undefined) return { rejected: 'malformed' }
  const { kid } = header
  const key = isActive ? active : keys.find(kid, now)
  if (key === undefined) return { rejected: 'missing-key' }

  const encrypted = decodeParts(jwe, header)
  const encryptedKey = decodeBase64url(jwe.encryptedKey)
  if (encrypted === undefined || encryptedKey?.length !== encryptedKeyBytes(header)) {
    return { rejected: 'malformed', kid }
  }

  const contentKey = contentKeyOf(encryptedKey, header, key)
  const aad = isActive ? active.aad : Buffer.from(jwe.header, 'latin1')
  const plaintext = contentKey && ENCRYPTIONS[header.enc].decrypt(encrypted, contentKey, aad)
  if (plaintext === undefined) return { rejected: 'tampered', kid }
  const content = decodeClaims(plaintext)
  return content ? { kid, ...content } : { rejected: 'malformed', kid }
}

/**
 * Decodes IV, ciphertext and tag; undefined unless each is canonical base64url of a length that the algorithm makes.
 */
function decodeParts(jwe: Record<keyof Encrypted, string>, { enc }: Header): Encrypted | undefined {
  const { ivBytes, tagBytes, blockBytes } = ENCRYPTIONS[enc]
  const iv = decodeBase64url(jwe.iv)
  const tag = decodeBase64url(jwe.tag)
  const ciphertext = decodeBase64url(jwe.ciphertext)
  if (iv?.length !== ivBytes || tag?.length !== tagBytes || ciphertext === undefined) return undefined
  return ciphertext.length % blockBytes === 0 ? { iv, tag, ciphertext } : undefined
}

function encryptedKeyBytes({ alg, enc }: Header): number {
  return alg === 'dir' ? 0 : ENCRYPTIONS[enc].keyBytes + WRAPPING_BYTES
}

function contentKeyOf(encryptedKey: Buffer, { alg, enc }: Header, key: TokenKey): ContentKey | undefined {
  return alg === 'dir' ? key.derived(enc) : unwrap(encryptedKey, key.derived('A256KW'))
}
