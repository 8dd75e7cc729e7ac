import assert from 'node:assert/strict'
import fc from 'fast-check'
import session from '../../lib/index.js'
import type { TokenKey } from '../../lib/token/key.js'
import { open } from '../../lib/token/open.js'
import { seal } from '../../lib/token/seal.js'
import { tokenKeys } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { CLAIMS } from '../support/tokens.js'
import { assertPrototypeIsClean, target } from './target.js'

const DAY = 86_400
const now = () => Math.floor(Date.now() / 1000)
const keys = tokenKeys()
const key = keys.active(now()) as TokenKey
const sessions = session<object>({ keys: SECRET, idleTimeout: DAY * 1000, absoluteTimeout: 7 * DAY * 1000 })

const numbers = fc.constantFrom('-0', '1e400', '0.5', '-1', '9007199254740993', '1e3', '"1"', 'null', '{}')
/** Around now, so that every end of a session is met. */
const times = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(-60, -DAY, -DAY - 1, -8 * DAY, 0, 60, 61, DAY).map((s) => String(now() + s)),
  },
  fc.integer({ min: -9 * DAY, max: 9 * DAY }).map((seconds) => String(now() + seconds)),
  numbers,
)
const hostile = fc.constantFrom(
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"toJSON":1,"hasOwnProperty":null,"valueOf":[]}',
  '{"a":1,"a":2}',
  '{"text":"\\ud800"}',
  '{"save":1}',
  '[]',
  'null',
  '"text"',
  `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
)
const data = fc.oneof(
  { weight: 2, arbitrary: hostile },
  fc.json({ stringUnit: 'binary' }),
  fc.constant('{"user":"Ada"}'),
)
const sids = fc.oneof({ weight: 6, arbitrary: fc.constant('"AAAAAAAAAAAAAAAAAAAAAA"') }, fc.json({ maxDepth: 1 }))
const likely = fc
  .record({ sid: sids, sat: times, iat: times, exp: times, ttl: times, chk: times, data }, { requiredKeys: ['data'] })
  .map((claims) => `{${Object.entries(claims).map(([name, value]) => `"${name}":${value}`)}}`)
const complete = fc
  .record({ sat: times, iat: times, exp: times, data })
  .map(({ sat, iat, exp, data: own }) => `{"sid":"${CLAIMS.sid}","sat":${sat},"iat":${iat},"exp":${exp},"data":${own}}`)
const plaintexts = fc.oneof(
  { weight: 4, arbitrary: complete },
  { weight: 2, arbitrary: likely },
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '{', '\ufeff{}', `${'['.repeat(5000)}${']'.repeat(5000)}`),
)

/** Any plaintext that a holder of the key can seal: another program with an exported key, or a bug of its own. */
export const claims = target({
  name: 'claims',
  inputs: plaintexts,
  reached: ['opened', 'malformed', 'idle', 'absolute', 'expired', 'future'],
  check(plaintext) {
    const token = seal(plaintext, key)
    const outcome = open(token, keys, now(), 1_000_000)
    if ('rejected' in outcome) assert.equal(outcome.rejected, 'malformed')
    else assert.equal(JSON.stringify(outcome.data), JSON.stringify(JSON.parse(plaintext).data))
    const { session: opened, rejected } = sessions.open({
      headers: { cookie: `session=${token}` },
      socket: {},
    } as never)
    assertPrototypeIsClean()
    if (opened === null) return rejected ?? 'none'
    assert.ok(!('rejected' in outcome))
    assert.equal(JSON.stringify(opened), JSON.stringify(outcome.data))
    assert.ok(outcome.claims.exp > now() - 2 && outcome.claims.sat > now() - 7 * DAY - 62)
    return 'opened'
  },
})
