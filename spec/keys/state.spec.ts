import { describe, expect, it } from 'vitest'
import { activeKey, type KeyState, keyState, newestFirst } from '../../lib/keys/ring.js'
import { type KeyTimes, RootKey } from '../../lib/keys/root.js'
import { SECRET } from '../support/secrets.js'

const NOW = 5000

function key(kid: string, times: KeyTimes = {}): RootKey {
  return new RootKey(Buffer.from(SECRET), kid, times)
}

/** The states of keys given in this order, by kid. */
function states(given: Record<string, KeyTimes>, now = NOW): Record<string, KeyState> {
  const keys = newestFirst(Object.entries(given).map(([kid, times]) => key(kid, times)))
  return Object.fromEntries(keys.map((one) => [one.kid, keyState(one, keys, now)]))
}

function activeKid(given: Record<string, KeyTimes>, now = NOW): string | undefined {
  return activeKey(newestFirst(Object.entries(given).map(([kid, times]) => key(kid, times))), now)?.kid
}

describe('the order of keys', () => {
  it('is the order given, when no key has an nbf', () => {
    expect(newestFirst([key('a'), key('b'), key('c')]).map(({ kid }) => kid)).toEqual(['a', 'b', 'c'])
  })

  it('is newest first by nbf, wherever a key stands in the set', () => {
    const given = [key('may', { nbf: 300 }), key('march', { nbf: 100 }), key('june', { nbf: 400 })]
    expect(newestFirst(given).map(({ kid }) => kid)).toEqual(['june', 'may', 'march'])
  })

  it('puts keys without an nbf after those with one, in the order given', () => {
    const given = [key('a'), key('b'), key('dated', { nbf: 1 })]
    expect(newestFirst(given).map(({ kid }) => kid)).toEqual(['dated', 'a', 'b'])
  })

  it('keeps the order given among keys of the same nbf', () => {
    const given = [key('b', { nbf: 9 }), key('a', { nbf: 9 })]
    expect(newestFirst(given).map(({ kid }) => kid)).toEqual(['b', 'a'])
  })

  it('is a new array, and leaves the one given as it is', () => {
    const given = [key('a'), key('b', { nbf: 1 })]
    newestFirst(given)
    expect(given.map(({ kid }) => kid)).toEqual(['a', 'b'])
  })
})

describe('the state of a key', () => {
  it('is active for the first of several, and retired for the others', () => {
    expect(states({ a: {}, b: {}, c: {} })).toEqual({ a: 'active', b: 'retired', c: 'retired' })
  })

  it('is pending until its nbf, and active from that second on', () => {
    expect(states({ next: { nbf: NOW + 1 }, old: {} })).toEqual({ next: 'pending', old: 'active' })
    expect(states({ next: { nbf: NOW }, old: {} })).toEqual({ next: 'active', old: 'retired' })
  })

  it('is active until the second before its exp, and expired at it', () => {
    expect(states({ a: { exp: NOW + 1 } })).toEqual({ a: 'active' })
    expect(states({ a: { exp: NOW } })).toEqual({ a: 'expired' })
  })

  it('is revoked at once when the JWK says true, and not when it says false', () => {
    expect(states({ a: { revoked: true }, b: { revoked: false } })).toEqual({ a: 'revoked', b: 'active' })
  })

  it('is revoked from the time that the JWK says', () => {
    expect(states({ a: { revoked: NOW + 1 } })).toEqual({ a: 'active' })
    expect(states({ a: { revoked: NOW } })).toEqual({ a: 'revoked' })
  })

  it('is revoked, whatever its nbf and exp say', () => {
    expect(states({ a: { revoked: true, nbf: NOW + 9 }, b: { revoked: true, exp: 1 } })).toEqual({
      a: 'revoked',
      b: 'revoked',
    })
  })

  it('is expired for a key whose exp has passed before its nbf', () => {
    expect(states({ a: { nbf: NOW + 9, exp: NOW - 9 } })).toEqual({ a: 'expired' })
  })

  it('goes back to the older key when the newest expires or is revoked', () => {
    expect(states({ a: { exp: NOW }, b: {} })).toEqual({ a: 'expired', b: 'active' })
    expect(states({ a: { revoked: true }, b: {} })).toEqual({ a: 'revoked', b: 'active' })
  })

  it('moves on by the clock alone: pending, active, retired, expired', () => {
    const set: Record<string, KeyTimes> = { june: { nbf: 200 }, may: { nbf: 100, exp: 300 } }
    expect([50, 100, 200, 300].map((now) => states(set, now)['may'])).toEqual([
      'pending',
      'active',
      'retired',
      'expired',
    ])
  })
})

describe('the key that seals', () => {
  it('is the newest whose time has come', () => {
    expect(activeKid({ next: { nbf: NOW + 1 }, current: { nbf: NOW - 1 }, old: {} })).toBe('current')
  })

  it('is undefined when all keys are pending, expired or revoked', () => {
    expect(activeKid({ a: { nbf: NOW + 1 }, b: { exp: NOW }, c: { revoked: true } })).toBeUndefined()
    expect(activeKid({})).toBeUndefined()
  })
})
