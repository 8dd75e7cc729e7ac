import assert from 'node:assert/strict'
import fc from 'fast-check'
import session from '../../lib/index.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { target } from './target.js'

type Any = any

const DATA = { user: 'Ada' }
const sessions = session<object>({ keys: SECRET })
const valid = sessions.seal(DATA).value
const foreign = session({ keys: OTHER_SECRET }).seal(DATA).value
const otherName = session({ keys: SECRET, name: 'other' }).seal(DATA).value

const values = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(valid, foreign, otherName, '', `"${valid}"`, `${valid} `, `${valid}=`) },
  { weight: 2, arbitrary: fc.nat(valid.length).map((end) => valid.slice(0, end)) },
  { weight: 2, arbitrary: fc.nat(valid.length - 1).map((at) => `${valid.slice(0, at)}A${valid.slice(at + 1)}`) },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('x'.repeat(4097), '.'.repeat(4096), `${valid}${'A'.repeat(4096)}`),
)
const names = fc.oneof(
  { weight: 4, arbitrary: fc.constant('session') },
  fc.constantFrom('session.ended', '__Host-session', 'Session', 'session2', '', '__proto__', '\u2000session'),
  fc.string({ maxLength: 8 }),
)
const cookies = fc.tuple(names, fc.constantFrom('=', ' = ', '==', ''), values).map((parts) => parts.join(''))
const separators = fc.constantFrom('; ', ';', ' ;  ', ';;', ',', '\t', '')

/** The Cookie header of a client that can send any bytes, through the middleware, to a handler that reads. */
export const header = target({
  name: 'header',
  inputs: fc
    .array(fc.tuple(cookies, separators), { maxLength: 8 })
    .map((pairs) => pairs.map((pair) => pair.join('')).join('')),
  reached: ['opened', 'none', 'malformed', 'too-long', 'missing-key', 'tampered'],
  check(cookie) {
    const { session: opened, rejected } = sessions.open({ headers: { cookie }, socket: {} } as never)
    assert.deepEqual(read(cookie), opened ? DATA : {})
    // Only the very token that was minted is a session, and only under its own name.
    if (opened) assert.ok(cookie.includes(`session=${valid}`) || cookie.includes(`session = ${valid}`))
    return opened ? 'opened' : (rejected ?? 'none')
  },
})

/** What a handler finds in `req.session`; it must be reached, without an error. */
function read(cookie: string): object {
  const headers = new Map<string, unknown>()
  const res: Any = {
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: unknown) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
    writeHead: () => {},
    write: () => {},
    end: () => {},
  }
  const req: Any = { headers: { cookie }, socket: {} }
  let found: object | undefined
  sessions(req, res, (error?: unknown) => {
    assert.equal(error, undefined)
    found = { ...req.session }
  })
  res.writeHead(200)
  assert.ok(found, 'the handler was not reached')
  return found
}
