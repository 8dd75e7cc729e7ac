import assert from 'node:assert/strict'
import fc from 'fast-check'
import { open, seal } from '../../lib/token/jwe.js'
import type { TokenKey } from '../../lib/token/key.js'
import { SEALINGS, tokenKeys } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url, CLAIMS, plaintextOf, unbase64url } from '../support/tokens.js'
import { target } from './target.js'

const NOW = CLAIMS.sat
const LONGEST = 4096
const keys = tokenKeys()
const minted = SEALINGS.flatMap((sealing) => {
  const key = tokenKeys(SECRET, 'session', sealing).active(NOW) as TokenKey
  return ['', 'x', 'text '.repeat(40)].map((text) => seal(plaintextOf({ text }), key))
})
const strangers = ['session', 'other'].map((name) => {
  const key = tokenKeys(name === 'other' ? SECRET : OTHER_SECRET, name).active(NOW) as TokenKey
  return seal(plaintextOf({ text: 'x' }), key)
})
const known = new Set(minted)
const tokens = fc.constantFrom(...minted, ...strangers)

type Change = (token: string) => string

const at = (place: number, token: string) => place % (token.length + 1)
const part = (change: (part: string, index: number) => string): Change => {
  return (token) => token.split('.').map(change).join('.')
}
/** The header is JSON, of which a client can write anything, and some of it by another spelling. */
const headers: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.tuple(fc.constantFrom('alg', 'enc', 'kid', 'zip', 'crit', '__proto__', 'p2c', 'typ'), fc.jsonValue()).map(
    ([name, value]) =>
      (text: string) =>
        text.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(value)},`),
  ),
  fc.constantFrom(
    (text: string) => text.replace('alg', '\\u0061lg'),
    (text: string) => ` ${text}`,
    (text: string) => text.toLowerCase(),
    (text: string) => text.replace('}', ',}'),
    (text: string) => `[${text}]`,
    (text: string) => `\ufeff${text}`,
  ),
)
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(5000), fc.string({ maxLength: 3 })).map(([place, text]): Change => {
    return (token) => token.slice(0, at(place, token)) + text + token.slice(at(place, token) + text.length)
  }),
  fc.nat(5000).map(
    (place): Change =>
      (token) =>
        token.slice(0, at(place, token)),
  ),
  fc.tuple(fc.nat(5000), fc.string({ maxLength: 5 })).map(([place, text]): Change => {
    return (token) => token.slice(0, at(place, token)) + text + token.slice(at(place, token))
  }),
  fc.tuple(fc.nat(4), tokens).map(([index, other]): Change => {
    return part((one, place) => (place === index ? (other.split('.')[index] ?? '') : one))
  }),
  fc.tuple(fc.nat(4), fc.nat(4)).map(([a, b]): Change => {
    return (token) => {
      const parts = token.split('.')
      return parts.map((one, place) => parts[place === a ? b : place === b ? a : place] ?? one).join('.')
    }
  }),
  fc.tuple(fc.nat(4), fc.nat(400), fc.nat(7)).map(([index, byte, bit]): Change => {
    return part((one, place) => (place === index ? flipped(one, byte, bit) : one))
  }),
  headers.map((change): Change => part((one, place) => (place === 0 ? base64url(change(text(one))) : one))),
  fc.constantFrom<Change>(
    (token) => token,
    (token) => `${token}=`,
    (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
    (token) => token.replace('.', '..'),
    (token) => token.padEnd(LONGEST + 1, 'A'),
    (token) => encodeURIComponent(`"${token}"`),
  ),
)

/** A token that was made out of tokens of ours and of others, in every way that we seal. */
export const token = target({
  name: 'token',
  inputs: fc.tuple(tokens, fc.array(changes, { minLength: 1, maxLength: 3 })),
  reached: ['opened', 'malformed', 'too-long', 'missing-key', 'tampered'],
  check([original, made]) {
    const changed = made.reduce((one, change) => change(one), original)
    const outcome = open(changed, keys, NOW, LONGEST)
    if ('rejected' in outcome) return outcome.rejected
    assert.ok(known.has(changed), `opened, and was never minted: ${changed}`)
    return 'opened'
  },
})

function text(part: string): string {
  return unbase64url(part).toString('latin1')
}

function flipped(part: string, byte: number, bit: number): string {
  const bytes = unbase64url(part)
  if (bytes.length > 0) bytes[byte % bytes.length] = (bytes[byte % bytes.length] as number) ^ (1 << bit)
  return base64url(bytes)
}
