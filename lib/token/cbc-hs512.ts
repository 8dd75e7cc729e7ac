import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { attempt } from './attempt.js'
import type { ContentEncryption, ContentKey } from './content.js'

const HALF = 32
const BLOCK = 16

/**
 * A256CBC-HS512 (RFC 7518, sections 5.2.2 and 5.2.5): AES-256-CBC, and an HMAC-SHA-512 of which the first half is the
 * tag. The tag is compared in constant time before anything is decrypted, so nobody learns about the padding of what
 * they made up.
 */
export const cbcHs512: ContentEncryption = {
  keyBytes: 2 * HALF,
  ivBytes: BLOCK,
  tagBytes: HALF,
  blockBytes: BLOCK,

  // PKCS #7 adds at least a byte.
  ciphertextBytes: (plaintextBytes) => plaintextBytes + BLOCK - (plaintextBytes % BLOCK),

  encrypt(plaintext, key, aad) {
    const { mac, enc } = halvesOf(key)
    const iv = randomBytes(BLOCK)
    const cipher = createCipheriv('aes-256-cbc', enc, iv)
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
    return { iv, ciphertext, tag: tagOf(mac, aad, iv, ciphertext) }
  },

  decrypt({ iv, ciphertext, tag }, key, aad) {
    const { mac, enc } = halvesOf(key)
    if (!timingSafeEqual(tag, tagOf(mac, aad, iv, ciphertext))) return undefined
    const decipher = createDecipheriv('aes-256-cbc', enc, iv)
    return attempt(() => Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  },
}

interface Halves {
  readonly mac: ContentKey
  readonly enc: ContentKey
}

/** Of the keys that are used again. */
const split = new WeakMap<KeyObject, Halves>()

/** The MAC key comes first (RFC 7518, section 5.2.2.1). */
function halvesOf(key: ContentKey): Halves {
  if (!(key instanceof KeyObject)) return { mac: key.subarray(0, HALF), enc: key.subarray(HALF) }
  let halves = split.get(key)
  if (halves === undefined) {
    const bytes = key.export()
    halves = { mac: createSecretKey(bytes.subarray(0, HALF)), enc: createSecretKey(bytes.subarray(HALF)) }
    split.set(key, halves)
  }
  return halves
}

function tagOf(mac: ContentKey, aad: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  const bits = Buffer.alloc(8)
  bits.writeBigUInt64BE(BigInt(aad.length * 8))
  return createHmac('sha512', mac).update(aad).update(iv).update(ciphertext).update(bits).digest().subarray(0, HALF)
}
