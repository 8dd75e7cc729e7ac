import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  KeyObject,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'
import { startupSnapshot } from 'node:v8'
import { limitStacks } from '../caller.js'
import { epochSeconds } from '../clock.js'

/** Content encryption (RFC 7518, section 5.1). Both are authenticated. */
export type Enc = 'A256GCM' | 'A256CBC-HS512'

/** The result of encryption. Each becomes a part of the token. */
export interface Encrypted {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/** A content encryption key: derived from a root, or random for one token. */
export type ContentKey = KeyObject | Buffer

export interface ContentEncryption {
  readonly keyBytes: number
  readonly ivBytes: number
  readonly tagBytes: number
  /** The length of a ciphertext is a multiple of this. */
  readonly blockBytes: number
  ciphertextBytes(plaintextBytes: number): number
  /** @param aad the protected header in base64url, as ASCII (RFC 7516, section 5.1, step 14) */
  encrypt(plaintext: string, key: ContentKey, aad: Buffer): Encrypted
  /** The plaintext, or undefined if the tag does not verify. */
  decrypt(encrypted: Encrypted, key: ContentKey, aad: Buffer): Buffer | undefined
}

/** 96 bits (RFC 7518, section 5.3). */
export const IV_BYTES = 12

/** The number of IVs that are drawn at once, as one takes OpenSSL as long as many. */
const DRAWN = 64
const drawn = Buffer.alloc(DRAWN * IV_BYTES)
let next = drawn.length
let second = 0

/**
 * Returns a new IV of 96 random bits (NIST SP 800-38D, section 8.2.2). Its bytes are valid until the next call.
 *
 * Two tokens with the same IV give away the key that makes tags, so a copy of the process must not use the IVs that
 * were drawn in advance. They are dropped after a second, long before OpenSSL reseeds its own generator, which a
 * snapshot of a machine copies as well. Node's startup snapshots copy the IVs only, so there none are drawn in advance.
 */
export function newIv(): Buffer {
  const now = epochSeconds()
  if (next === drawn.length || second !== now) {
    randomFillSync(drawn)
    next = startupSnapshot.isBuildingSnapshot() ? drawn.length - IV_BYTES : 0
    second = now
  }
  const iv = drawn.subarray(next, next + IV_BYTES)
  next += IV_BYTES
  return iv
}

/**
 * Returns what `run` returns, or undefined if it throws, as OpenSSL does for a tag that does not verify. The error is
 * dropped, so it gets no stack, which would cost as much as the decryption.
 */
export function attempt<Result>(run: () => Result): Result | undefined {
  const { stackTraceLimit } = Error
  limitStacks(0)
  try {
    return run()
  } catch {
    return undefined
  } finally {
    limitStacks(stackTraceLimit)
  }
}

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
    // GCM has no last block: this only makes the tag.
    cipher.final()
    return { iv, ciphertext, tag: cipher.getAuthTag() }
  },

  decrypt({ iv, ciphertext, tag }, key, aad) {
    // Without authTagLength, Node 20 and 24 accept a tag of four bytes, which can be guessed.
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    const plaintext = decipher.setAAD(aad).setAuthTag(tag).update(ciphertext)
    return attempt(() => decipher.final()) && plaintext
  },
}

const HALF = 32
const BLOCK = 16

/**
 * A256CBC-HS512 (RFC 7518, sections 5.2.2 and 5.2.5): AES-256-CBC, and half of an HMAC-SHA-512 as the tag. The tag is
 * compared in constant time, and before decryption, so that forged tokens tell nothing about padding.
 */
export const cbcHs512: ContentEncryption = {
  keyBytes: 2 * HALF,
  ivBytes: BLOCK,
  tagBytes: HALF,
  blockBytes: BLOCK,

  // PKCS #7 adds at least one byte.
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

/** The halves of derived keys, which are used again. */
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

/** Content encryptions by the name that the header gives them. */
export const ENCRYPTIONS: Readonly<Record<Enc, ContentEncryption>> = { A256GCM: gcm, 'A256CBC-HS512': cbcHs512 }

/** The initial value of AES Key Wrap, by which unwrapping detects changes (RFC 3394, section 2.2.3.1). */
const INITIAL_VALUE = Buffer.alloc(8, 0xa6)

/** How many bytes wrapping adds. */
export const WRAPPING_BYTES = 8

/** A256KW (RFC 7518, section 4.4; RFC 3394): encrypts a content key. */
export function wrap(contentKey: Buffer, key: KeyObject): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', key, INITIAL_VALUE)
  return Buffer.concat([cipher.update(contentKey), cipher.final()])
}

/** Decrypts a content key; undefined if another key wrapped it. */
export function unwrap(wrapped: Buffer, key: KeyObject): Buffer | undefined {
  return attempt(() => {
    const decipher = createDecipheriv('id-aes256-wrap', key, INITIAL_VALUE)
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  })
}
