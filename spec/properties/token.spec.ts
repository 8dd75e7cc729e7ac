import fc from 'fast-check'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import session, { KeyRing, SessionError } from '../../lib/index.js'
import { decodeBase64url } from '../../lib/token/compact.js'
import { open, seal } from '../../lib/token/jwe.js'
import type { TokenKey } from '../../lib/token/key.js'
import { START, startClock, stopClock } from '../support/clock.js'
import { tokenKeys } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { CLAIMS, plaintextOf } from '../support/tokens.js'

const keys = tokenKeys()
const key = keys.active(START) as TokenKey
const [jwk] = KeyRing.from(SECRET).exportFor('session').keys as [never]
const sessions = session<object>({ keys: SECRET })
const RESERVED = new Set([
  'isNew',
  'isChanged',
  'isPopulated',
  'id',
  'cookie',
  'createdAt',
  'size',
  'save',
  'regenerate',
  'destroy',
  'reload',
  'touch',
  'resetMaxAge',
])

/** Any object that JSON can hold, keys that objects treat specially and lone surrogates among it. */
const anySession = fc
  .dictionary(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', '')),
    fc.jsonValue({ stringUnit: 'binary' }),
    { maxKeys: 8 },
  )
  .filter((data) => Object.keys(data).every((name) => !RESERVED.has(name)))

const requestWith = (cookie: string) => ({ headers: { cookie }, socket: {} }) as never

beforeAll(stopClock)
afterAll(startClock)

describe('properties', () => {
  it('any JSON session survives the round trip, byte for byte', () => {
    fc.assert(
      fc.property(anySession, (data) => {
        const json = JSON.stringify(data)
        fc.pre(Buffer.byteLength(json) < 2500)
        const { session: opened } = sessions.open(requestWith(sessions.seal(data).cookie))
        expect(JSON.stringify(opened)).toBe(json)
      }),
      { numRuns: 500 },
    )
  })

  it('base64url is decoded if encoding the bytes gives the same text, and only then', () => {
    const near = fc
      .tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(60), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([bytes, place, other]) => {
        const text = Buffer.from(bytes).toString('base64url')
        return text.slice(0, place) + other + text.slice(place + other.length)
      })
    const lookalike = fc.string({ unit: fc.constantFrom(...'AQgwB0_-+/=. \n\u0141\u00e9'), maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(near, lookalike, fc.string({ unit: 'binary' })), (text) => {
        const isCanonical = /^[\w-]*$/.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text
        expect(decodeBase64url(text)?.toString('hex')).toBe(
          isCanonical ? Buffer.from(text, 'base64url').toString('hex') : undefined,
        )
      }),
      { numRuns: 20_000 },
    )
  })

  it('any one changed character of a token is rejected', () => {
    const token = seal(plaintextOf({ user: 'Ada', roles: ['admin'] }), key)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/% "\n\0\u00e9'
    const everyPlace = Array.from(token, (_character, place) => place)
    for (const place of everyPlace) {
      for (const other of alphabet) {
        if (other === token[place]) continue
        const changed = token.slice(0, place) + other + token.slice(place + 1)
        expect(open(changed, keys, START, 4096)).toHaveProperty('rejected')
      }
    }
  })

  it('any one removed or added character is rejected', () => {
    const token = seal(plaintextOf({ user: 'Ada' }), key)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (place, more) => {
        expect(open(token.slice(0, place) + token.slice(place + 1), keys, START, 4096)).toHaveProperty('rejected')
        expect(open(token.slice(0, place) + more + token.slice(place), keys, START, 4096)).toHaveProperty('rejected')
      }),
    )
  })

  it('whatever text comes as a token, opening it is a rejection and no error', () => {
    const parts = fc.array(fc.oneof(fc.base64String(), fc.string({ unit: 'binary' })), { maxLength: 7 })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          parts.map((list) => list.join('.')),
        ),
        (text) => {
          expect(open(text, keys, START, 4096)).toHaveProperty('rejected')
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('whatever plaintext a key holder seals, opening it is a value and no error', () => {
    const claims = fc.record(
      { sid: fc.anything(), sat: fc.anything(), iat: fc.anything(), exp: fc.anything(), data: fc.anything() },
      { requiredKeys: [] },
    )
    const plaintexts = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      claims.map((value) => safeJson(value)),
    )
    fc.assert(
      fc.property(plaintexts, (plaintext) => {
        const outcome = open(seal(plaintext, key), keys, START, 1_000_000)
        expect('rejected' in outcome ? outcome.rejected : 'opened').toMatch(/^(?:malformed|opened)$/)
      }),
      { numRuns: 1000 },
    )
  })

  it('whatever the session, name and value never exceed the limit', () => {
    const names = fc.stringMatching(/^[a-z]{1,40}$/)
    const sizes = fc.oneof(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 2880, max: 2960 }))
    let sealed = 0
    let refused = 0
    fc.assert(
      fc.property(
        names,
        sizes,
        fc.constantFrom('x', '\u00e9', '\u{1f600}', '"'),
        fc.boolean(),
        (name, size, character, secure) => {
          const factory = session<object>({ keys: SECRET, name })
          try {
            const { name: sent, value } = factory.seal({ text: character.repeat(size / character.length) }, { secure })
            expect(Buffer.byteLength(sent) + Buffer.byteLength(value)).toBeLessThanOrEqual(4093)
            sealed += 1
          } catch (error) {
            expect(error).toBeInstanceOf(SessionError)
            expect(error).toMatchObject({ code: 'ERR_SESSION_OVERFLOW', limit: 4093 })
            expect((error as SessionError).bytes).toBeGreaterThan(4093)
            refused += 1
          }
        },
      ),
      { numRuns: 500 },
    )
    expect(sealed).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(50)
  })

  it('one byte decides: the largest session that fits is sealed, the next one is refused', () => {
    const bytesOf = (size: number) => {
      const { name, value } = sessions.seal({ text: 'x'.repeat(size) })
      return name.length + value.length
    }
    let size = 2800
    while (bytesOf(size + 1) <= 4093 && size < 3100) {
      size += 1
      if (bytesOf(size) > 4091) break
    }
    expect(bytesOf(size)).toBeLessThanOrEqual(4093)
    expect(() => bytesOf(size + 2)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OVERFLOW' }))
  })

  it('what we seal, jose opens to the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const plaintext = plaintextOf({ text })
        const { plaintext: opened } = await compactDecrypt(seal(plaintext, key), jwk)
        expect(Buffer.from(opened).toString()).toBe(plaintext)
      }),
    )
  })

  it('what jose seals with the exported key, we open', async () => {
    await fc.assert(
      fc.asyncProperty(anySession, async (data) => {
        const token = await new CompactEncrypt(Buffer.from(plaintextOf(data)))
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.kid })
          .encrypt(jwk)
        const outcome = open(token, keys, START, 1_000_000)
        expect(outcome).toMatchObject({ claims: CLAIMS })
        expect(JSON.stringify('data' in outcome && outcome.data)).toBe(JSON.stringify(data))
      }),
    )
  })
})

/** JSON of anything; where there is none, something that is JSON all the same. */
function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return '{}'
  }
}
