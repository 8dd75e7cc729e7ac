import { createCipheriv } from 'node:crypto'
import { joinCompact, TAG_BYTES } from './compact.js'
import { newIv } from './iv.js'
import type { TokenKey } from './key.js'

/**
 * Seals a plaintext into a JWE: direct encryption with A256GCM (RFC 7516, section 5.1; RFC 7518, sections 4.5 and
 * 5.3). Synchronous, because a response's headers leave synchronously.
 *
 * The IV is 96 random bits, which allows 2^32 tokens per key (NIST SP 800-38D, section 8.3).
 */
export function seal(plaintext: string, { key, header }: TokenKey): string {
  const iv = newIv()
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(header, 'latin1'))
  const ciphertext = cipher.update(plaintext, 'utf8').toString('base64url')
  // GCM has no last block: there is nothing left but the tag.
  cipher.final()
  return joinCompact({
    header,
    encryptedKey: '',
    iv: iv.toString('base64url'),
    ciphertext,
    tag: cipher.getAuthTag().toString('base64url'),
  })
}
