import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { attempt } from './attempt.js'

/** AES Key Wrap's initial value, by which unwrapping knows that nothing was changed (RFC 3394, section 2.2.3.1). */
const INITIAL_VALUE = Buffer.alloc(8, 0xa6)

/** Wrapping adds so many bytes. */
export const WRAPPING_BYTES = 8

/** A256KW (RFC 7518, section 4.4; RFC 3394): encrypts a content key. */
export function wrap(contentKey: Buffer, key: KeyObject): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', key, INITIAL_VALUE)
  return Buffer.concat([cipher.update(contentKey), cipher.final()])
}

/** The content key, or undefined if it was not wrapped with this key. */
export function unwrap(wrapped: Buffer, key: KeyObject): Buffer | undefined {
  return attempt(() => {
    const decipher = createDecipheriv('id-aes256-wrap', key, INITIAL_VALUE)
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  })
}
