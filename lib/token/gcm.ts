import { createCipheriv, createDecipheriv } from 'node:crypto'
import { attempt } from './attempt.js'
import type { ContentEncryption } from './content.js'
import { IV_BYTES, newIv } from './iv.js'

const TAG_BYTES = 16

/**
 * A256GCM (RFC 7518, section 5.3). The IV is 96 random bits, which allows 2^32 tokens per key (NIST SP 800-38D,
 * section 8.3).
 */
export const gcm: ContentEncryption = {
  keyBytes: 32,
  ivBytes: IV_BYTES,
  tagBytes: TAG_BYTES,
  blockBytes: 1,

  ciphertextBytes: (plaintextBytes) => plaintextBytes,

  encrypt(plaintext, key, aad) {
    const iv = newIv()
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    const ciphertext = cipher.setAAD(aad).update(plaintext, 'utf8')
    // There is no last block, so nothing is left but the tag.
    cipher.final()
    return { iv, ciphertext, tag: cipher.getAuthTag() }
  },

  decrypt({ iv, ciphertext, tag }, key, aad) {
    // Without authTagLength Node 20 and 24 would take a tag of four bytes, which can be guessed.
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    const plaintext = decipher.setAAD(aad).setAuthTag(tag).update(ciphertext)
    return attempt(() => decipher.final()) && plaintext
  },
}
