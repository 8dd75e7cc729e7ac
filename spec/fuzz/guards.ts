import fc from 'fast-check'
import { CLAIMS } from '../support/tokens.js'
import { NOW } from './clock.js'

const DAY = 86_400
/** The keys that somebody may have. */
export const SEALERS = ['right', 'of the session', 'of another secret'] as const

const OURS = JSON.stringify(CLAIMS.sid)
const ids = fc.oneof(
  { weight: 4, arbitrary: fc.constant(OURS) },
  fc.constantFrom('"BBBBBBBBBBBBBBBBBBBBBB"', '""', '"__proto__"', OURS.toLowerCase(), `[${OURS}]`, 'null', '7', '{}'),
)
const times = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(-DAY, -1, 0, 1, DAY).map((from) => String(NOW + from)) },
  fc.constantFrom('-1', '1e308', '1e400', '-1e400', '-0', '9007199254740993', `"${NOW + 1}"`, `[${NOW + 1}]`, 'null'),
)
const pairs = fc.tuple(ids, times)
const entries = fc.oneof(
  { weight: 8, arbitrary: pairs.map(([sid, end]) => `[${sid},${end}]`) },
  pairs.map(([sid, end]) => `[${end},${sid}]`),
  pairs.map(([sid, end]) => `[${sid},${end},{}]`),
  pairs.map(([sid, end]) => `[[${sid},${end}]]`),
  pairs.map(([sid, end]) => `{"0":${sid},"1":${end},"length":2}`),
  ids,
  ids.map((sid) => `[${sid}]`),
  fc.json({ maxDepth: 2 }),
)
const lists = fc.oneof(
  { weight: 8, arbitrary: fc.array(entries, { maxLength: 6 }).map((all) => `[${all}]`) },
  fc.tuple(entries, fc.constantFrom(20, 5000)).map(([entry, times]) => `[${Array(times).fill(entry)}]`),
  entries.map((entry) => `{"0":${entry},"length":1}`),
  entries,
)
const data = fc.oneof(
  { weight: 10, arbitrary: lists.map((ended) => `{"ended":${ended}}`) },
  fc.tuple(lists, lists).map(([first, second]) => `{"ended":${first},"ended":${second}}`),
  lists.map((ended) => `{"__proto__":{"ended":${ended}}}`),
  fc.constantFrom('{}', '[]', 'null'),
)
const claims = fc
  .record({
    sid: fc.oneof({ weight: 5, arbitrary: fc.constant('"CCCCCCCCCCCCCCCCCCCCCC"') }, ids),
    // Neither says how long a guard counts.
    sat: fc.oneof({ weight: 5, arbitrary: fc.constant(String(NOW - DAY)) }, times),
    iat: fc.oneof({ weight: 5, arbitrary: fc.constant(String(NOW)) }, times),
    exp: fc.oneof({ weight: 2, arbitrary: fc.constant(String(NOW + DAY)) }, times),
    data,
  })
  .map((members) => `{${Object.entries(members).map(([name, json]) => `"${name}":${json}`)}}`)

/** Most are sealed under the key that guards have. */
const sealers = fc.oneof({ weight: 8, arbitrary: fc.constant('right' as const) }, fc.constantFrom(...SEALERS))

/** Guards that somebody might seal who has the key, or another one. */
export const guards = fc.record({ plaintext: claims, key: sealers })
