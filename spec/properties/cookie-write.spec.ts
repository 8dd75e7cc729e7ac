import { stringifySetCookie } from 'cookie'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CheckedAttributes, cookieSettings } from '../../lib/cookie/attributes.js'

/** Made of what may stand there, and of what must not. */
const pieces = (...parts: string[]) =>
  fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 6 })
// Without the "<" that RFC 6265 allows in a path, and that package does not.
const paths = pieces('/', 'app', ' ', ':', ';', '=', '~', ',').map((parts) => `/${parts.join('').replaceAll('<', '')}`)
const domains = fc.oneof(
  fc.domain(),
  pieces('.', '-', 'a', 'example', 'com', '1', 'é', '\n', 'x'.repeat(63), 'x'.repeat(64)).map(
    (parts) =>
      // For an empty one it says nothing, and the name would still get the prefix of one that has a domain.
      parts.join('') || 'a',
  ),
)

const attributes: fc.Arbitrary<CheckedAttributes> = fc
  .record({
    path: paths,
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom(false, 'lax', 'strict', 'none'),
    partitioned: fc.boolean(),
    domain: fc.option(domains, { nil: undefined }),
    priority: fc.option(fc.constantFrom('low', 'medium', 'high'), { nil: undefined }),
  })
  .map((drawn) => ({ ...drawn, secure: true, prefix: true }) as CheckedAttributes)

describe('a Set-Cookie line', () => {
  it("has the attributes that jshttp's cookie would give it, and refuses those that it refuses", () => {
    let [refused, made] = [0, 0]
    fc.assert(
      fc.property(attributes, ({ prefix: _prefix, secure: _secure, ...rest }) => {
        const given = { ...rest, secure: true, prefix: true } as CheckedAttributes
        const expected = outcome(() => {
          const options = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
          return stringifySetCookie({ name: 'n', value: '', secure: true, ...options } as never).slice('n='.length)
        })
        if (expected === 'refused') refused += 1
        else made += 1
        expect(outcome(() => cookieSettings('n', given).overHttps.suffix)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
    expect(Math.min(refused, made)).toBeGreaterThan(300)
  })
})

function outcome(make: () => string): string {
  try {
    return make()
  } catch {
    return 'refused'
  }
}
