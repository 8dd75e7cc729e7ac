import { isUtf8 } from 'node:buffer'
import { jsonObject } from '../values.js'
import type { Enc } from './algorithms.js'

/** The five parts of a JWE in compact serialization, each still in base64url. */
export interface CompactJwe {
  readonly header: string
  readonly encryptedKey: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** Joins the parts of a token with dots (RFC 7516, section 3.1). */
export function joinCompact(jwe: CompactJwe): string {
  return `${jwe.header}.${jwe.encryptedKey}.${jwe.iv}.${jwe.ciphertext}.${jwe.tag}`
}

/** Splits a token into its parts; undefined if they are not five. */
export function splitCompact(token: string): CompactJwe | undefined {
  const parts = token.split('.', 6)
  if (parts.length !== 5) return undefined
  const [header, encryptedKey, iv, ciphertext, tag] = parts as [string, string, string, string, string]
  return { header, encryptedKey, iv, ciphertext, tag }
}

/**
 * Decodes base64url (RFC 4648, section 5) in its canonical form only: without padding, the other alphabet, or set bits
 * after the last byte. Node's decoder skips or replaces what it does not know, so a token could be rewritten without
 * breaking its tag.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const ends = LAST_CHARACTERS[text.length % 4]
  if (ends === undefined || !ends.includes(text.charAt(text.length - 1))) return undefined
  // What the decoder skipped is missing here. It takes both alphabets, and of other characters the lower eight bits.
  if (bytes.length !== Math.floor((text.length * 3) / 4)) return undefined
  if (text.includes('+') || text.includes('/') || Buffer.byteLength(text) !== text.length) return undefined
  return bytes
}

/** Which characters may be last, by the length modulo four: those without bits after the last byte. No text has length 4n + 1. */
const LAST_CHARACTERS = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  undefined,
  'AQgw',
  'AEIMQUYcgkosw048',
]

/** How many characters of base64url this many bytes take. */
export function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

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
