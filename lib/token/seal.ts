import { createCipheriv, randomBytes } from 'node:crypto'
import { IV_BYTES, joinCompact, TAG_BYTES } from './compact.js'
import type { TokenKey } from './key.js'

/**
 * Seals a plaintext into a JWE: direct encryption with A256GCM (RFC 7516, section 5.1; RFC 7518, sections 4.5 and
 * 5.3). Synchronous, because a response's headers leave synchronously.
 *
 * The IV is 96 random bits, which allows 2^32 tokens per key (NIST SP 800-38D, section 8.3).
 */
export function seal(plaintext: string, { key, header }: TokenKey): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(header, 'latin1'))
  const ciphertext = cipher.update(plaintext, 'utf8', 'base64url') + cipher.final('base64url')
  return joinCompact({
    header,
    encryptedKey: '',
    iv: iv.toString('base64url'),
    ciphertext,
    tag: cipher.getAuthTag().toString('base64url'),
  })
}
