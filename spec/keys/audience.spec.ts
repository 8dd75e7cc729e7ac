import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyRing } from '../../lib/index.js'
import { cookiePurpose, endedPurpose, seenPurpose } from '../../lib/keys/ring.js'
import { ALGORITHMS, deriveKey, type RootKey } from '../../lib/keys/root.js'
import { START } from '../support/clock.js'
import { DIRECT_GCM } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'

const ROOT = createSecretKey(SECRET, 'utf8')
const PURPOSES = [cookiePurpose, seenPurpose, endedPurpose]

/** What a key is derived for. */
interface Use {
  readonly purpose: string
  readonly algorithm: (typeof ALGORITHMS)[number]
  readonly audience?: string | undefined
}

function derived({ purpose, algorithm, audience }: Use): string {
  return deriveKey(ROOT, purpose, algorithm, audience).export().toString('base64url')
}

/** HKDF with SHA-256, step by step as RFC 5869, section 2 says it. */
function hkdf(info: string, length: number): string {
  const prk = createHmac('sha256', new Uint8Array(32)).update(SECRET).digest()
  const blocks = [Buffer.alloc(0)]
  for (let counter = 1; counter <= 2; counter++) {
    const last = blocks.at(-1) as Buffer
    blocks.push(createHmac('sha256', prk).update(last).update(info, 'utf8').update(Uint8Array.of(counter)).digest())
  }
  return Buffer.concat(blocks).subarray(0, length).toString('base64url')
}

const characters = (from: string) => fc.constantFrom(...from)
const names = fc.string({ unit: characters('ab.-_~!#'), minLength: 1, maxLength: 64 })
/** Of pieces that stand in an info as well, so that what two of them look like together is another use's. */
const audiences = fc.oneof(
  fc
    .array(fc.constantFrom('/', 'A256GCM', 'A256KW', 'cookie', 'seen', 'a', 'sealed-session/1/', 'kid'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((pieces) => pieces.join('')),
  fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1 }),
)
const uses: fc.Arbitrary<Use> = fc.record({
  purpose: fc.tuple(fc.constantFrom(...PURPOSES), names).map(([purposeOf, name]) => purposeOf(name)),
  algorithm: fc.constantFrom(...ALGORITHMS),
  audience: fc.option(audiences, { nil: undefined }),
})

describe('a key for an audience', () => {
  it('is the known answer, which was computed in Python', () => {
    expect(derived({ purpose: 'cookie/session', algorithm: 'A256GCM', audience: 'staging' })).toBe(
      '3MQrW8OE07I8g5TNYRosxkzG2PdUg9-uM_1oAkSYA98',
    )
  })

  it('is that of before where there is none: HKDF of purpose and algorithm, byte for byte', () => {
    fc.assert(
      fc.property(uses, ({ purpose, algorithm }) => {
        const length = algorithm === 'A256CBC-HS512' ? 64 : 32
        expect(derived({ purpose, algorithm })).toBe(hkdf(`sealed-session/1/${purpose}/${algorithm}`, length))
      }),
    )
  })

  it('is HKDF with the audience behind purpose and algorithm, as spec/format.md says', () => {
    fc.assert(
      fc.property(uses, audiences, ({ purpose, algorithm }, audience) => {
        const length = algorithm === 'A256CBC-HS512' ? 64 : 32
        const info = `sealed-session/1/${purpose}/${algorithm}/${audience}`
        expect(derived({ purpose, algorithm, audience })).toBe(hkdf(info, length))
      }),
    )
  })

  it('is another one for every other purpose, algorithm or audience, whatever they look like together', () => {
    fc.assert(
      fc.property(uses, uses, (one, other) => {
        const isSame = (['purpose', 'algorithm', 'audience'] as const).every((member) => one[member] === other[member])
        expect(derived(one).slice(0, 42) === derived(other).slice(0, 42)).toBe(isSame)
      }),
    )
  })

  it('is another one for each of many uses that are made of the same pieces', () => {
    const pieces = ['/', 'A256GCM', 'cookie', 'a']
    const longer = (texts: string[]) => texts.flatMap((text) => pieces.map((piece) => text + piece))
    const texts = [pieces, longer(pieces), longer(longer(pieces))].flat()
    const all = PURPOSES.flatMap((purposeOf) =>
      ['a', 'A256GCM', 'cookie', 'aA256GCM'].flatMap((name) =>
        ALGORITHMS.flatMap((algorithm) =>
          [undefined, ...new Set(texts)].map((audience) => ({ purpose: purposeOf(name), algorithm, audience })),
        ),
      ),
    )
    expect(all.length).toBeGreaterThan(2500)
    expect(new Set(all.map((use) => derived(use).slice(0, 42))).size).toBe(all.length)
  })

  it('is derived for the longest name and audience, which HKDF takes in Node', () => {
    const purpose = endedPurpose('n'.repeat(64))
    expect(derived({ purpose, algorithm: 'A256CBC-HS512', audience: 'a'.repeat(128) })).toHaveLength(86)
  })

  it('is not the one that a root keeps for another audience', () => {
    const root = KeyRing.from(SECRET).active(START) as RootKey
    const of = (audience?: string) => root.derive('cookie/session', DIRECT_GCM.enc, audience).export().toString('hex')
    const all = [of(), of('staging'), of('production')]
    expect(new Set(all).size).toBe(3)
    expect([of(), of('staging'), of('production')]).toEqual(all)
  })
})

describe('exported keys for an audience', () => {
  const ring = KeyRing.from(SECRET)

  it('are those of that audience, and of no other', () => {
    for (const { alg, k } of ring.exportFor('session', 'staging').keys) {
      expect(k).toBe(derived({ purpose: 'cookie/session', algorithm: alg, audience: 'staging' }))
    }
    const exports = [
      ring.exportFor('session'),
      ...['staging', 'production'].map((one) => ring.exportFor('session', one)),
    ]
    const all = exports.flatMap(({ keys }) => keys)
    expect(new Set(all.map(({ k }) => k)).size).toBe(9)
    expect(() => ring.exportFor('session', undefined)).toThrow('audience is empty or undefined')
  })

  it.each(['', 'two words', 'x'.repeat(129), 7, { audience: 'staging' }])('are refused for %j', (audience) => {
    expect(() => ring.exportFor('session', audience as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_OPTIONS', message: expect.stringMatching(/^audience /) }),
    )
  })
})
