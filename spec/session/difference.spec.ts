import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference } from '../../lib/session/record.js'

const received = JSON.parse('{"user":"ada","views":1,"admin":false,"team":null}')

describe('without serializing,', () => {
  it('a session with the values that came in is seen to be the same', () => {
    expect(difference({ ...received }, received)).toBe('none')
    expect(difference({}, {})).toBe('none')
  })

  it('another string, number, boolean or null is seen as a change', () => {
    for (const change of [{ user: 'bob' }, { views: 2 }, { admin: true }, { team: 0 }, { admin: null }]) {
      expect(difference({ ...received, ...change }, received)).toBe('some')
    }
  })

  it('a plain value under a new key is seen as a change', () => {
    expect(difference({ ...received, locale: 'en' }, received)).toBe('some')
  })

  it('a plain value in the place of an object is seen as a change', () => {
    expect(difference({ cart: 1 }, { cart: {} })).toBe('some')
  })

  it('a nested object is never seen to be the same', () => {
    const nested = { cart: [] }
    expect(difference(nested, nested)).toBe('unknown')
  })

  it.each([
    ['undefined, which JSON leaves out', { ...received, gone: undefined }],
    ['NaN, which JSON alters', { ...received, views: Number.NaN }],
    ['a Date', { ...received, at: new Date() }],
    ['a function', { ...received, run() {} }],
    ['a BigInt', { ...received, big: 1n }],
  ])('the answer is unknown for %s', (_, session) => {
    expect(difference(session, received)).toBe('unknown')
  })

  it('the answer is unknown for a session that lacks a key, or has its keys in another order', () => {
    const { user, ...rest } = received
    expect(difference(rest, received)).toBe('unknown')
    expect(difference({ ...rest, user }, received)).toBe('unknown')
  })

  it('the answer is unknown for a session with a toJSON, however it got there', () => {
    const session = Object.defineProperty({ ...received }, 'toJSON', { value: () => ({}) })
    expect(difference(session, received)).toBe('unknown')
  })

  it('the answer is unknown if a getter throws', () => {
    const session = {
      get user(): string {
        throw new Error('not now')
      },
    }
    expect(difference(session, received)).toBe('unknown')
  })

  it('keys like __proto__ and constructor are keys like any other', () => {
    const hostile = JSON.parse('{"__proto__":"a","constructor":"b","toString":1}')
    expect(difference(JSON.parse(JSON.stringify(hostile)), hostile)).toBe('none')
    expect(difference(JSON.parse('{"__proto__":"c","constructor":"b","toString":1}'), hostile)).toBe('some')
    expect(difference(JSON.parse('{"constructor":"b"}'), {})).toBe('some')
  })

  it('an answer that is not unknown agrees with what JSON says', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom<unknown>(undefined, Number.NaN, -0))
    const data = fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '__proto__', 'constructor'), value, { maxKeys: 4 })
    const before = fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '__proto__', 'constructor'), fc.jsonValue(), {
      maxKeys: 4,
    })
    fc.assert(
      fc.property(data, before, fc.boolean(), (other, sent, isSame) => {
        const came = JSON.parse(JSON.stringify(sent))
        const session = isSame ? Object.defineProperties({}, Object.getOwnPropertyDescriptors(came)) : other
        const seen = difference(session, came)
        if (seen !== 'unknown') expect(JSON.stringify(session) === JSON.stringify(came)).toBe(seen === 'none')
      }),
      { numRuns: 2000 },
    )
  })
})
