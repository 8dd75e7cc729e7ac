import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cookiePurpose, KeyRing, noActiveKey } from '../../lib/keys/ring.js'
import type { RootJwk } from '../../lib/keys/source.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'

beforeEach(stopClock)
afterEach(startClock)

function jwk(kid: string, secret: string, times: Partial<RootJwk> = {}): RootJwk {
  return { kty: 'oct', kid, k: Buffer.from(secret).toString('base64url'), ...times }
}

const rotation = [
  jwk('next', SECRET, { nbf: START + DAY }),
  jwk('current', OTHER_SECRET, { nbf: START - DAY }),
  jwk('old', THIRD_SECRET, { nbf: START - 2 * DAY, exp: START + HOUR }),
]

describe('a key ring', () => {
  it('seals with the active key, and opens with pending, active and retired ones', () => {
    const ring = KeyRing.from(rotation)
    expect(ring.active(START)?.kid).toBe('current')
    expect(['next', 'current', 'old'].map((kid) => ring.find(kid, START)?.kid)).toEqual(['next', 'current', 'old'])
  })

  it('opens nothing with an expired key, from that second on', () => {
    const ring = KeyRing.from(rotation)
    expect(ring.find('old', START + HOUR - 1)?.kid).toBe('old')
    expect(ring.find('old', START + HOUR)).toBeUndefined()
  })

  it('opens nothing with a revoked key, from that second on', () => {
    const ring = KeyRing.from([jwk('good', SECRET), jwk('stolen', OTHER_SECRET, { revoked: START + 5 })])
    expect(ring.find('stolen', START + 4)?.kid).toBe('stolen')
    expect(ring.find('stolen', START + 5)).toBeUndefined()
    expect(KeyRing.from([jwk('good', SECRET), jwk('stolen', OTHER_SECRET, { revoked: true })]).find('stolen', 0)).toBe(
      undefined,
    )
  })

  it('changes to a pending key by the clock', () => {
    const ring = KeyRing.from(rotation)
    expect(ring.active(START + DAY - 1)?.kid).toBe('current')
    expect(ring.active(START + DAY)?.kid).toBe('next')
    expect(ring.find('current', START + DAY)?.kid).toBe('current')
  })

  it('finds no key for an unknown kid', () => {
    const ring = KeyRing.from(SECRET)
    for (const kid of ['unknown', '', '__proto__', 'constructor', 'toString']) {
      expect(ring.find(kid, START)).toBeUndefined()
    }
  })

  it('derives the kid of a key that has none', () => {
    expect(KeyRing.from(SECRET).active(START)?.kid).toBe('jrR5-AZ_')
  })

  it('derives each key once', () => {
    const key = KeyRing.from(SECRET).active(START)
    expect(key?.derive('cookie/session', 'A256GCM')).toBe(key?.derive('cookie/session', 'A256GCM'))
    expect(key?.derive('cookie/other', 'A256GCM')).not.toBe(key?.derive('cookie/session', 'A256GCM'))
  })
})

describe('a ring that cannot seal now', () => {
  it.each([
    ['pending', jwk('a', SECRET, { nbf: START + 1 })],
    ['expired', jwk('a', SECRET, { exp: START })],
    ['revoked', jwk('a', SECRET, { revoked: true })],
  ])('is refused: its only key is %s', (_state, key) => {
    expect(() => KeyRing.from(key)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_KEYS',
        message: expect.stringMatching(/no key may seal now.*: add one without "nbf"$/),
      }),
    )
  })

  it('is accepted as soon as one key may seal', () => {
    const pending = jwk('a', SECRET, { nbf: START + 10 })
    expect(() => KeyRing.from(pending)).toThrow()
    at(10)
    expect(KeyRing.from(pending).active(START + 10)?.kid).toBe('a')
  })

  it('is a ring whose last key has ended', () => {
    const ring = KeyRing.from(jwk('a', SECRET, { exp: START + HOUR }))
    expect(ring.active(START + HOUR)).toBeUndefined()
    expect(noActiveKey()).toMatchObject({ code: 'ERR_SESSION_KEYS', status: 500, expose: false })
  })

  it('is not made of bad keys', () => {
    expect(() => KeyRing.from('short')).toThrow(expect.objectContaining({ code: 'ERR_SESSION_KEYS' }))
  })
})

describe('the purpose of a cookie', () => {
  it('is its base name', () => {
    expect(cookiePurpose('session')).toBe('cookie/session')
  })
})

describe('exported keys', () => {
  /** Once for all algorithms of a key. */
  function kidsOf(ring: KeyRing): string[] {
    return [...new Set(ring.exportFor('session').keys.map(({ kid }) => kid))]
  }

  it('are a JWK Set of the derived keys, for one cookie, one for each algorithm', () => {
    const common = { kty: 'oct', use: 'enc', kid: 'jrR5-AZ_' }
    // HKDF of the secret for cookie/session, computed in Python.
    expect(KeyRing.from(SECRET).exportFor('session')).toEqual({
      keys: [
        { ...common, alg: 'A256GCM', k: '9Bi9PdYX5EjAoNTBV1xwJaMo-BVW1m8jq5giyiHQdjQ' },
        {
          ...common,
          alg: 'A256CBC-HS512',
          k: '5L91bBYGnC4N1mLI0saxcDRwwT97aiNTS1kPr9a0tIOTep5woIfpvwA7FQUkvdo5WTjc5K94O3jl2N_8Ot5CCw',
        },
        { ...common, alg: 'A256KW', k: 'eNB_CGILro7p8lHI26JpEl_Vj8LRnfRzs_I3hLE9sgw' },
      ],
    })
  })

  it('open no cookie of another name', () => {
    const ring = KeyRing.from(SECRET)
    expect(ring.exportFor('admin').keys[0]?.k).not.toBe(ring.exportFor('session').keys[0]?.k)
  })

  it('hold no root secret', () => {
    const text = JSON.stringify(KeyRing.from(rotation).exportFor('session'))
    for (const secret of [SECRET, OTHER_SECRET, THIRD_SECRET]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('base64url'))
    }
  })

  it('are those that open now: pending, active and retired, newest first', () => {
    expect(kidsOf(KeyRing.from(rotation))).toEqual(['next', 'current', 'old'])
  })

  it('leave out expired and revoked keys', () => {
    const ring = KeyRing.from([...rotation, jwk('stolen', 'kM3nB6vC9xZ2lK5jH8gF1dS4aP7oI0uY', { revoked: true })])
    at(HOUR)
    expect(kidsOf(ring)).toEqual(['next', 'current'])
  })

  it('are the keys that tokens are sealed with', () => {
    const root = KeyRing.from(SECRET).active(START)
    const { k } = KeyRing.from(SECRET).exportFor('a').keys[0] ?? {}
    expect(root?.derive(cookiePurpose('a'), 'A256GCM').export().toString('base64url')).toBe(k)
  })

  it('are refused as the keys of session(), because they are not root keys', () => {
    expect(() => KeyRing.from(KeyRing.from(SECRET).exportFor('session') as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_KEYS',
        message: expect.stringContaining('give the key that it was exported from'),
      }),
    )
  })
})

describe('a ring that is printed', () => {
  it('shows each kid and its state, without a secret', () => {
    const ring = KeyRing.from(rotation)
    expect(inspect(ring)).toBe('KeyRing { next: pending, current: active, old: retired }')
    const everything = inspect({ deep: { ring } }, { showHidden: true, depth: 9 }) + JSON.stringify(ring) + String(ring)
    for (const secret of [SECRET, OTHER_SECRET, THIRD_SECRET]) expect(everything).not.toContain(secret)
  })

  it('shows the present states', () => {
    const ring = KeyRing.from(rotation)
    at(DAY)
    expect(inspect(ring)).toBe('KeyRing { next: active, current: retired, old: expired }')
  })
})
