import { randomFillSync } from 'node:crypto'
import { startupSnapshot } from 'node:v8'
import { epochSeconds } from '../clock.js'

/** 96 bits (RFC 7518, section 5.3). */
export const IV_BYTES = 12

/** So many are drawn at once, since drawing one takes OpenSSL as long. */
const DRAWN = 64
const drawn = Buffer.alloc(DRAWN * IV_BYTES)
let next = drawn.length
let second = 0

/**
 * A new IV: 96 random bits (NIST SP 800-38D, section 8.2.2). The bytes stay as they are until the next call only.
 *
 * An IV that is used twice would give away the key that tags are made with. So IVs that were drawn in advance must not
 * be copied with a process: they are forgotten after a second, long before OpenSSL reseeds its own generator, which a
 * snapshot of a machine copies as well; and nothing is kept for a startup snapshot of Node's, which copies them alone.
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
