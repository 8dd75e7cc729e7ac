import { isUtf8 } from 'node:buffer'
import { jsonObject } from '../json.js'
import type { Enc } from './algorithms.js'
import { decodeBase64url } from './compact.js'

/** Key management (RFC 7518, section 4.1): the content key is the derived key, or the token holds it, wrapped. */
export type Alg = 'dir' | 'A256KW'

/** The protected header of a token (RFC 7516, section 4). */
export interface Header {
  readonly alg: Alg
  readonly enc: Enc
  readonly kid: string
}

// Only these members are allowed, so that additions of a later standard are refused until we have reviewed them. `zip`
// inflates, `crit` must be understood, and `jku`, `jwk`, `x5u` and `p2c` let a token choose its own key.
const MEMBERS = new Set(['alg', 'enc', 'kid', 'typ', 'cty'])

/** Writes a protected header in base64url. */
export function encodeHeader({ alg, enc, kid }: Header): string {
  return Buffer.from(`{"alg":"${alg}","enc":"${enc}","kid":"${kid}"}`).toString('base64url')
}

/**
 * Reads a protected header; undefined if it asks for anything but the four combinations of `alg` and `enc`. It is not
 * verified yet: use it to find a key, and for nothing else.
 */
export function decodeHeader(header: string): Header | undefined {
  const bytes = decodeBase64url(header)
  const members = bytes && isUtf8(bytes) ? jsonObject(bytes.toString('utf8')) : undefined
  if (members === undefined || !Object.keys(members).every((member) => MEMBERS.has(member))) return undefined
  const { alg, enc, kid } = members
  if (alg !== 'dir' && alg !== 'A256KW') return undefined
  if (enc !== 'A256GCM' && enc !== 'A256CBC-HS512') return undefined
  return typeof kid === 'string' ? { alg, enc, kid } : undefined
}
