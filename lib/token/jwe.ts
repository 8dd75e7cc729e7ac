import { randomBytes } from 'node:crypto'
import type { Rejection } from '../types.js'
import { type ContentKey, ENCRYPTIONS, unwrap, WRAPPING_BYTES, wrap } from './algorithms.js'
import { type Content, decodeClaims } from './claims.js'
import { base64urlLength, decodeBase64url, decodeHeader, type Header, joinCompact, splitCompact } from './compact.js'
import type { Sealing, TokenKey, TokenKeys } from './key.js'

/** Seals a plaintext into a JWE (RFC 7516, section 5.1). It is synchronous, as the headers of a response are. */
export function seal(plaintext: string, key: TokenKey): string {
  const encryption = ENCRYPTIONS[key.enc]
  const { contentKey, encryptedKey } = contentKeyFor(key, encryption.keyBytes)
  const { iv, ciphertext, tag } = encryption.encrypt(plaintext, contentKey, key.aad)
  return joinCompact({
    header: key.header,
    encryptedKey,
    iv: iv.toString('base64url'),
    ciphertext: ciphertext.toString('base64url'),
    tag: tag.toString('base64url'),
  })
}

/** The length that a token will have, in characters. */
export function sealedLength(
  plaintextBytes: number,
  { header, alg, enc }: Sealing & { readonly header: string },
): number {
  const { keyBytes, ivBytes, tagBytes, ciphertextBytes } = ENCRYPTIONS[enc]
  const wrapped = alg === 'dir' ? 0 : keyBytes + WRAPPING_BYTES
  let length = header.length
  for (const bytes of [wrapped, ivBytes, ciphertextBytes(plaintextBytes), tagBytes])
    length += 1 + base64urlLength(bytes)
  return length
}

function contentKeyFor(key: TokenKey, bytes: number): { contentKey: ContentKey; encryptedKey: string } {
  if (key.alg === 'dir') return { contentKey: key.derived(key.enc), encryptedKey: '' }
  const contentKey = randomBytes(bytes)
  return { contentKey, encryptedKey: wrap(contentKey, key.derived('A256KW')).toString('base64url') }
}

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
  const { kid, enc } = header
  const key = isActive ? active : keys.find(kid, now)
  if (key === undefined) return { rejected: 'missing-key' }

  const encryption = ENCRYPTIONS[enc]
  const encryptedKey = encryptedKeyOf(jwe.encryptedKey, header)
  const iv = decodeBase64url(jwe.iv)
  const ciphertext = decodeBase64url(jwe.ciphertext)
  const tag = decodeBase64url(jwe.tag)
  if (encryptedKey === undefined || ciphertext === undefined || ciphertext.length % encryption.blockBytes !== 0) {
    return { rejected: 'malformed', kid }
  }
  if (iv?.length !== encryption.ivBytes || tag?.length !== encryption.tagBytes) return { rejected: 'malformed', kid }

  const contentKey = header.alg === 'dir' ? key.derived(enc) : unwrap(encryptedKey, key.derived('A256KW'))
  const aad = isActive ? active.aad : Buffer.from(jwe.header, 'latin1')
  const plaintext = contentKey && encryption.decrypt({ iv, ciphertext, tag }, contentKey, aad)
  if (plaintext === undefined) return { rejected: 'tampered', kid }
  const content = decodeClaims(plaintext)
  if (content === undefined) return { rejected: 'malformed', kid }
  const { claims, data, text } = content
  return { kid, claims, data, text }
}

const NO_KEY = Buffer.alloc(0)

/** The wrapped content key; undefined unless it has the length that the algorithm makes. */
function encryptedKeyOf(part: string, { alg, enc }: Header): Buffer | undefined {
  if (alg === 'dir') return part === '' ? NO_KEY : undefined
  const bytes = decodeBase64url(part)
  return bytes?.length === ENCRYPTIONS[enc].keyBytes + WRAPPING_BYTES ? bytes : undefined
}
