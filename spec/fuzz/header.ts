import assert from 'node:assert/strict'
import fc from 'fast-check'
import session from '../../lib/index.js'
import { open } from '../../lib/token/jwe.js'
import { tokenKeys } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { NOW, stopped } from './clock.js'
import { valuesIn } from './pairs.js'
import { target } from './target.js'
import { coming, visit } from './visit.js'

const DATA = { user: 'Ada' }
const MOST = 4
const LONGEST = 4096
const keys = tokenKeys()
const sessions = session<object>({ keys: SECRET })
const [valid, foreign, otherName] = await stopped(() => [
  sessions.seal(DATA).value,
  session({ keys: OTHER_SECRET }).seal(DATA).value,
  session({ keys: SECRET, name: 'other' }).seal(DATA).value,
])

const values = fc.oneof(
  { weight: 6, arbitrary: fc.constant(valid) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(foreign, otherName, '', `"${valid}"`, `${valid} `, ` ${valid}`, `${valid}=`),
  },
  { weight: 2, arbitrary: fc.nat(valid.length).map((end) => valid.slice(0, end)) },
  { weight: 2, arbitrary: fc.nat(valid.length - 1).map((at) => `${valid.slice(0, at)}A${valid.slice(at + 1)}`) },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('x'.repeat(4097), '.'.repeat(4096), `${valid}${'A'.repeat(4096)}`),
)
/** Those that somebody might take for ours. */
const LOOKALIKES = [
  'xsession',
  'my-session',
  '$session',
  'a=session',
  '"session',
  'session2',
  'session.ended',
  'Session',
]
const names = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('session', 'session', '__Host-Http-session') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...LOOKALIKES, '__host-session', '__Secure-session', '__Host-__Host-Http-session'),
  },
  fc.constantFrom('', '__proto__', '\u2000session', '\nsession', 'session\t', 'session;'),
  fc.string({ maxLength: 8 }),
)
const equals = fc.oneof({ weight: 6, arbitrary: fc.constant('=') }, fc.constantFrom(' = ', '==', '', '= ', ' ='))
const cookies = fc.tuple(names, equals, values).map((parts) => parts.join(''))
const separators = fc.oneof(
  { weight: 4, arbitrary: fc.constant('; ') },
  fc.constantFrom(';', ' ;\t ', ';;', ',', '\t', '', '\r\n', '; ;'),
)

/** The Cookie header of a client that can send any bytes, through the middleware, to a handler that reads. */
export const header = target({
  name: 'header',
  inputs: fc.record({
    cookie: fc
      .array(fc.tuple(cookies, separators), { maxLength: 8 })
      .map((pairs) => pairs.map((pair) => pair.join('')).join('')),
    secure: fc.constantFrom(undefined, undefined, false, true),
  }),
  reached: ['opened', 'none', 'malformed', 'too-long', 'missing-key', 'tampered'],
  async check(how) {
    const { session: opened, rejected } = sessions.open(coming(how))
    const outcome = opened ? 'opened' : (rejected ?? 'none')
    assert.equal(outcome, expected(how))
    const { found, error } = await visit(sessions, how, (req) => ({ ...req.session }))
    assert.equal(error, undefined)
    assert.deepEqual(found, opened ? DATA : {})
    return outcome
  },
})

/** Only the very token that was minted is a session, and only under the name that the request's transport allows. */
function expected({ cookie, secure }: { cookie: string; secure: boolean | undefined }): string {
  const allowed =
    secure === undefined ? ['session', '__Host-Http-session'] : [secure ? '__Host-Http-session' : 'session']
  const found = allowed.flatMap((name) => valuesIn(cookie, name)).slice(0, MOST)
  if (found.includes(valid)) return 'opened'
  const [first] = found.map((value) => open(value, keys, NOW, LONGEST))
  return first ? (first as { rejected: string }).rejected : 'none'
}
