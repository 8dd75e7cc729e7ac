import { randomBytes } from 'node:crypto'
import { type ContentKey, ENCRYPTIONS, WRAPPING_BYTES, wrap } from './algorithms.js'
import { base64urlLength, joinCompact } from './compact.js'
import type { Sealing, TokenKey } from './key.js'

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
