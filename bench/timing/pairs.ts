import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { KeyRing } from '../../lib/keys/ring.js'
import { open, seal } from '../../lib/token/jwe.js'
import { keysOfCookie, type Sealing, type TokenKey, type TokenKeys } from '../../lib/token/key.js'
import type { Rejection } from '../../lib/types.js'

const NOW = 1_767_225_600
const [SECRET, OLDER, UNKNOWN] = ['seals', 'opens', 'is unknown'].map((what) =>
  createHash('sha256').update(`the key of the timing benchmark that ${what}`).digest('base64url'),
) as [string, string, string]
const CLAIMS = { sid: 'AAAAAAAAAAAAAAAAAAAAAA', sat: NOW, iat: NOW, exp: NOW + 86_400 }
const PLAINTEXT = JSON.stringify({ ...CLAIMS, data: { text: 'x'.repeat(500) } })

/** Two kinds of bad tokens, and what is done with each. */
export interface Pair {
  readonly name: string
  /**
   * What telling them apart would tell. `secret`: something of the key or the plaintext. `public`: only what the
   * token says in clear, and its sender knows. `control`: something of the method itself.
   */
  readonly kind: 'secret' | 'public' | 'control'
  /** New tokens of each kind, made by turns: where they lie in memory must not depend on their kind. */
  mint(): Tokens
  act(token: string): unknown
}

export type Tokens = readonly [string[], string[]]

const PART = { wrapped: 1, iv: 2, ciphertext: 3, tag: 4 }
/** A byte of a token, from the beginning of a part or from its end. */
type Place = readonly [part: keyof typeof PART, byte: number]

/** @param tokens how many of each kind at a time: the same one again and again would be in the caches */
export function pairs(tokens: number): readonly Pair[] {
  const secret = (sealing: Sealing, a: Place, b: Place, name: string): Pair => {
    const ring = keysOfCookie(KeyRing.from(SECRET), 'session', sealing)
    const key = ring.active(NOW) as TokenKey
    const bad = (place: Place) => refused(broken(seal(PLAINTEXT, key), place), ring)
    const mint = () => byTurns(tokens, [() => bad(a), () => bad(b)])
    return { name, kind: 'secret', mint, act: (token) => open(token, ring, NOW, 4096) }
  }
  const gcm: Sealing = { alg: 'dir', enc: 'A256GCM' }
  const cbc: Sealing = { alg: 'dir', enc: 'A256CBC-HS512' }
  const wrapped: Sealing = { alg: 'A256KW', enc: 'A256GCM' }
  const same = secret(gcm, ['tag', 0], ['tag', 0], 'the same kind twice')
  return [
    secret(gcm, ['tag', 0], ['tag', -1], 'A256GCM: first byte of the tag, last byte of the tag'),
    secret(gcm, ['tag', 0], ['ciphertext', 0], 'A256GCM: tag, ciphertext'),
    secret(gcm, ['ciphertext', 0], ['ciphertext', -1], 'A256GCM: first byte of the ciphertext, last byte'),
    secret(gcm, ['tag', 0], ['iv', 0], 'A256GCM: tag, IV'),
    secret(cbc, ['tag', 0], ['tag', -1], 'A256CBC-HS512: first byte of the tag, last byte of the tag'),
    // Byte -17 decides what padding the last block seems to have: what Vaudenay's attack tells apart.
    secret(cbc, ['ciphertext', -17], ['ciphertext', 0], 'A256CBC-HS512: padding, first block'),
    secret(wrapped, ['wrapped', 0], ['wrapped', -1], 'A256KW: first byte of the wrapped key, last byte'),
    secret(wrapped, ['tag', 0], ['tag', -1], 'A256KW: first byte of the tag, last byte of the tag'),
    ...inClear(tokens, gcm),
    { ...same, kind: 'control' },
    leaky(tokens, same),
  ]
}

/** Refused at different steps, by the header or the form of the token. */
function inClear(tokens: number, sealing: Sealing): readonly Pair[] {
  const ring = keysOfCookie(KeyRing.from([SECRET, OLDER]), 'session', sealing)
  const token = (secret: string) => {
    const key = keysOfCookie(KeyRing.from(secret), 'session', sealing).active(NOW) as TokenKey
    return broken(seal(PLAINTEXT, key), ['tag', 0])
  }
  const wrong = () => refused(token(SECRET), ring)
  const other: Readonly<Record<string, () => string>> = {
    'a wrong tag of the key that seals, of an older key': () => refused(token(OLDER), ring),
    'a wrong tag, a key that is not in the ring': () => refused(token(UNKNOWN), ring, 'missing-key'),
    'a wrong tag, the letters of a tag that nobody writes': () =>
      refused(`${wrong().slice(0, -1)}_`, ring, 'malformed'),
  }
  return Object.entries(other).map(([name, another]) => ({
    name: `A256GCM: ${name}`,
    kind: 'public',
    mint: () => byTurns(tokens, [wrong, another]),
    act: (token) => open(token, ring, NOW, 4096),
  }))
}

function byTurns(count: number, [a, b]: readonly [() => string, () => string]): Tokens {
  const tokens: Tokens = [[], []]
  for (let index = 0; index < count; index++) {
    tokens[0].push(a())
    tokens[1].push(b())
  }
  return tokens
}

/** Compares byte by byte and ends at the first difference, 20 times as slowly: what must be found. */
function leaky(tokens: number, { mint }: Pair): Pair {
  const expected = mint()[0][0] as string
  const changed = (at: number) => () =>
    `${expected.slice(0, at)}${String.fromCharCode(48 + Math.trunc(10 * Math.random()))}~${expected.slice(at + 2)}`
  return {
    name: 'a comparison that ends at the first difference',
    kind: 'control',
    mint: () => byTurns(tokens, [changed(1), changed(400)]),
    act: (token) => {
      let equal = 0
      while (equal < token.length && token.charCodeAt(equal) === expected.charCodeAt(equal)) equal++
      return equal
    },
  }
}

function broken(token: string, [part, byte]: Place): string {
  const parts = token.split('.')
  const bytes = Buffer.from(parts[PART[part]] as string, 'base64url')
  const place = byte < 0 ? bytes.length + byte : byte
  bytes[place] = (bytes[place] as number) ^ 0x40
  parts[PART[part]] = bytes.toString('base64url')
  return parts.join('.')
}

/** Flat, as a header of a request is, and surely of the kind that is meant. */
function refused(token: string, keys: TokenKeys, rejection: Rejection = 'tampered'): string {
  const outcome = open(token, keys, NOW, 4096)
  assert.equal('rejected' in outcome && outcome.rejected, rejection)
  return Buffer.from(token, 'latin1').toString('latin1')
}
