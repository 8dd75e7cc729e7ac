import fc from 'fast-check'
import { CLAIMS } from '../support/tokens.js'
import { NOW } from './clock.js'
import type { Timeouts } from './format.js'

const DAY = 86_400
/** Those that the ends of these plaintexts lie about. */
export const TIMEOUTS: Timeouts = { idle: DAY, absolute: 7 * DAY }

const odd = fc.constantFrom('-0', '1e400', '0.5', '-1', '9007199254740993', '9007199254740991', '1e3', '"1"', 'null')

/** A time as JSON, in seconds from now: well inside of what is valid, a second to either side of an end, or anywhere. */
function times(inside: readonly number[], ends: readonly number[]): fc.Arbitrary<string> {
  const atEnd = fc.tuple(fc.constantFrom(...ends), fc.constantFrom(-1, 0, 1)).map(([end, beside]) => end + beside)
  const seconds = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...inside) },
    { weight: 5, arbitrary: atEnd },
    { weight: 1, arbitrary: fc.integer({ min: -9 * DAY, max: 9 * DAY }) },
  )
  return fc.oneof({ weight: 40, arbitrary: seconds.map((from) => String(NOW + from)) }, { weight: 1, arbitrary: odd })
}

const hostile = fc.constantFrom(
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"toJSON":1,"hasOwnProperty":null,"valueOf":[]}',
  '{"a":1,"a":2}',
  '{"text":"\\ud800"}',
  `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
)
const data = fc.oneof(
  { weight: 4, arbitrary: hostile },
  { weight: 4, arbitrary: fc.constant('{"user":"Ada"}') },
  {
    weight: 2,
    arbitrary: fc
      .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }))
      .map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.constantFrom('{"save":1}', '[]', 'null', '"text"', `{"text":"${'x'.repeat(3000)}"}`) },
)

/** This session's own idle timeout, by which the idle end moves. */
const ttls = [undefined, undefined, undefined, 0, 1, 600, 3 * DAY, 30 * DAY]
const claimsOf = fc.constantFrom(...ttls).chain((ttl) =>
  fc.record(
    {
      sid: fc.oneof(
        { weight: 30, arbitrary: fc.constant(`"${CLAIMS.sid}"`) },
        fc.constantFrom('"a"', '""', `"${'a'.repeat(65)}"`, '"a b"', '7'),
      ),
      sat: times([0, -DAY, -3 * DAY], [60, -TIMEOUTS.absolute]),
      iat: times([0, -60], [60, -(ttl || TIMEOUTS.idle)]),
      exp: times([1, DAY, 7 * DAY], [0]),
      ttl: ttl === undefined ? fc.constant(undefined) : fc.constant(String(ttl)),
      chk: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, times([0, -60], [0])),
      data,
    },
    { noNullPrototype: true },
  ),
)

type Texts = Readonly<Record<string, string | undefined>>
const textOf = (members: Texts) =>
  `{${Object.entries(members).flatMap(([name, json]) => (json === undefined ? [] : [`"${name}":${json}`]))}}`

/** What may stand in a token: most of it a session, somewhere around the ends of its life. */
export const plaintexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: claimsOf.map(textOf) },
  // Without one of its members, or with one twice, of which the last counts.
  {
    weight: 1,
    arbitrary: fc
      .tuple(claimsOf, fc.constantFrom('sid', 'sat', 'iat', 'exp', 'data'))
      .map(([{ ...all }, left]) => textOf({ ...all, [left]: undefined })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(claimsOf, claimsOf)
      .map((two) => two.map((one) => textOf(one).slice(1, -1)))
      .map((two) => `{${two}}`),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{', '[]', 'null', '\ufeff{}', `${'['.repeat(5000)}${']'.repeat(5000)}`),
  },
)
