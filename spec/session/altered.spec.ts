import { describe, expect, it } from 'vitest'
import { alterations } from '../../lib/session/altered.js'

class Money {
  readonly cents = 5
}

describe('values that JSON alters', () => {
  it.each([
    ['a Date', new Date(0), 'is a Date and comes back as a string', 'store date.toISOString()'],
    ['a Map', new Map(), 'is a Map and comes back as {}', 'store [...map]'],
    ['a Set', new Set(), 'is a Set and comes back as {}', 'store [...set]'],
    ['NaN', Number.NaN, 'is NaN and comes back as null', 'store a finite number, or null'],
    ['Infinity', Number.POSITIVE_INFINITY, 'is Infinity and comes back as null', 'store a finite number, or null'],
    ['a function', () => 1, 'is a function and is left out', 'store what it returns'],
    ['a symbol', Symbol('s'), 'is a symbol and is left out', 'store text'],
    [
      'a class instance',
      new Money(),
      'is an instance of Money and comes back as a plain object',
      'store a plain object',
    ],
    [
      'a Buffer',
      Buffer.from('x'),
      'is an instance of Buffer and comes back as what its toJSON returns',
      "store buffer.toString('base64')",
    ],
    [
      'a URL',
      new URL('http://a.test'),
      'is an instance of URL and comes back as what its toJSON returns',
      'store that',
    ],
  ])('include %s, with where it is, and what to store in its place', (_kind, value, fate, fix) => {
    expect(alterations({ user: { thing: value } })).toEqual([{ path: 'user.thing', fate, fix }])
  })

  it('include undefined in an array, where it becomes null', () => {
    expect(alterations({ list: [1, undefined] })).toEqual([
      { path: 'list[]', fate: 'is undefined in an array and comes back as null', fix: 'store null, or leave it out' },
    ])
  })

  it('do not include the members of a value that has a toJSON', () => {
    expect(alterations({ price: { toJSON: () => 5, at: new Date(0) } })).toEqual([])
  })

  it('include an instance of a class without a name, or without a class', () => {
    const nameless = new (class {})()
    const strange = Object.create(Object.create(Object.create(null)))
    const altered = { fate: 'is an instance of a class and comes back as a plain object', fix: 'store a plain object' }
    expect(alterations({ nameless, strange })).toEqual([
      { path: 'nameless', ...altered },
      { path: 'strange', ...altered },
    ])
  })

  it('are one place if every element has the same mistake', () => {
    const paths = alterations({ items: [{ at: new Date(0) }, { at: new Date(1) }] }).map(({ path }) => path)
    expect(new Set(paths)).toEqual(new Set(['items[].at']))
  })

  it('do not include what a schema restores as it was, wherever it is', () => {
    const data = () => ({ at: new Date(5), list: [{ money: new Money() }], set: new Set([1]) })
    expect(alterations(data(), data())).toEqual([])
    const restored = { at: new Date(6), list: [{ money: { cents: 5 } }], set: null }
    const paths = ['at', 'list[].money', 'set']
    expect(alterations(data(), restored).map(({ path }) => path)).toEqual(paths)
    expect(alterations(data(), null).map(({ path }) => path)).toEqual(paths)
  })

  it('do not include what JSON keeps, nor a property that was set to undefined', () => {
    const plain = Object.assign(Object.create(null), { a: 1 })
    expect(alterations({ a: [1, 'x', null, true, { b: {} }], gone: undefined, plain })).toEqual([])
  })
})
