import { parseCookie } from 'cookie'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidates } from '../../lib/cookie/header.js'

/** RFC 6265, section 4.1.1: a token of RFC 9110, and cookie octets. */
const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const OCTETS = Array.from({ length: 0x5e }, (_, index) => String.fromCharCode(0x21 + index)).filter(
  (octet) => !'",;\\'.includes(octet),
)

const names = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 })
const values = fc.string({ unit: fc.constantFrom(...OCTETS), maxLength: 40 })

/** Our name, and a header of cookies among which ours and such as look like it are frequent. */
const wellFormed = names.chain((name) => {
  const lookalikes = [`${name}2`, `x${name}`, `__Host-${name}`, name.toUpperCase(), name.slice(1) || 'x']
  const pair = fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(name) },
      { weight: 2, arbitrary: fc.constantFrom(...lookalikes) },
      names,
    ),
    fc.oneof({ weight: 3, arbitrary: values }, fc.constant(`${name}=x`), fc.constant('')),
  )
  return fc.record({ name: fc.constant(name), pairs: fc.array(pair, { maxLength: 12 }) })
})

/** Anything, made of what means something in a header. */
const hostile = names.chain((name) =>
  fc.record({
    name: fc.constant(name),
    header: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.oneof(fc.constantFrom(name, '=', ';', '; ', ' ', '\t', '"', `${name}=`), fc.string()))
        .map((parts) => parts.join('')),
    ),
  }),
)

function headerOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join('; ')
}

function expectedOf(pairs: readonly (readonly [string, string])[], ours: string): string[] {
  return pairs.flatMap(([name, value]) => (name === ours ? [value] : [])).slice(0, 4)
}

describe('whatever the Cookie header is', () => {
  it('at most four values are found, each of which stands in the header behind our name', () => {
    fc.assert(
      fc.property(hostile, ({ name, header }) => {
        const found = candidates(header, name)
        expect(found.length).toBeLessThanOrEqual(4)
        for (const value of found) {
          expect(header).toContain(`${name}=${value}`)
          expect(value).not.toContain(';')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a cookie of ours in front of it is the first that is found', () => {
    fc.assert(
      fc.property(hostile, values, ({ name, header }, value) => {
        expect(candidates(`${name}=${value}; ${header}`, name)[0]).toBe(value)
      }),
    )
  })
})

describe('a header of well-formed cookies', () => {
  it('yields exactly the values of our name, in order, the first four', () => {
    fc.assert(
      fc.property(wellFormed, ({ name, pairs }) => {
        expect(candidates(headerOf(pairs), name)).toEqual(expectedOf(pairs, name))
      }),
      { numRuns: 500 },
    )
  })

  it('yields the same whatever optional white space stands around its cookies', () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 })
    fc.assert(
      fc.property(wellFormed, fc.array(fc.tuple(space, space)), ({ name, pairs }, spaces) => {
        const spaced = pairs.map(([key, value], index) => {
          const [before, behind] = spaces[index] ?? ['', '']
          return `${before}${key}=${value}${behind}`
        })
        expect(candidates(spaced.join(';'), name)).toEqual(expectedOf(pairs, name))
      }),
    )
  })

  it('has the first value that the cookie package finds, too', () => {
    fc.assert(
      fc.property(wellFormed, ({ name, pairs }) => {
        const header = headerOf(pairs)
        const parsed = parseCookie(header, { decode: (value) => value })
        expect(candidates(header, name)[0]).toBe(parsed[name])
      }),
    )
  })
})
