import { isUtf8 } from 'node:buffer'
import { jsonObject } from '../json.js'
import type { Enc } from './algorithms.js'
import { decodeBase64url } from './compact.js'

/** How the content key is come by (RFC 7518, section 4.1): it is the derived key, or is wrapped in the token. */
export type Alg = 'dir' | 'A256KW'

/** The protected header of a token. */
export interface Header {
  readonly alg: Alg
  readonly enc: Enc
  readonly kid: string
}

// A closed list, so that what a later standard adds is refused until it was thought about. Not on it: `zip`, which
// inflates, `crit`, which must be understood, and `jku`, `jwk`, `x5u`, `p2c`, which let a token choose its own key.
const MEMBERS = new Set(['alg', 'enc', 'kid', 'typ', 'cty'])

/** The JWE protected header of a token, in base64url (RFC 7516, section 4). */
export function encodeHeader({ alg, enc, kid }: Header): string {
  return Buffer.from(`{"alg":"${alg}","enc":"${enc}","kid":"${kid}"}`).toString('base64url')
}

/**
 * Reads a protected header; undefined if it asks for anything but the four combinations that we know. It is not
 * authenticated yet: good for looking up a key in a Map, and for nothing else.
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
