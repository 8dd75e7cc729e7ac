import assert from 'node:assert/strict'
import session from '../../lib/index.js'
import { type Opened, open, seal } from '../../lib/token/jwe.js'
import type { TokenKey } from '../../lib/token/key.js'
import { tokenKeys, tokenKeysFor } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { NOW } from './clock.js'
import { reasonFor, type Said, said } from './format.js'
import { plaintexts, TIMEOUTS } from './plaintexts.js'
import { assertPrototypeIsClean, target } from './target.js'
import { coming, visit } from './visit.js'

const LONGEST = 4096
const SKEW = 60
const keys = tokenKeys()
const companionKeys = tokenKeysFor('seen/session')
const key = keys.active(NOW) as TokenKey
const sessions = session<object>({ keys: SECRET, idleTimeout: '1d', absoluteTimeout: '7d' })

/** Any plaintext that a holder of the key can seal: another program with an exported key, or a bug of its own. */
export const claims = target({
  name: 'claims',
  inputs: plaintexts,
  reached: ['opened', 'malformed', 'too-long', 'idle', 'absolute', 'expired', 'future'],
  async check(plaintext) {
    const token = seal(plaintext, key)
    const says = said(plaintext)
    const reason = token.length > LONGEST ? 'too-long' : reasonFor(says, TIMEOUTS, NOW)
    const cookie = `session=${token}`
    const { session: opened, rejected } = sessions.open(coming({ cookie }))
    assertPrototypeIsClean()
    assert.equal(rejected, reason ?? null)
    if (opened === null || says === undefined) return reason as string
    assert.equal(JSON.stringify(opened), JSON.stringify(says.data))
    await assertReadKeepsItsUse(cookie, says)
    await assertWriteKeepsItsEnds(cookie, says)
    return 'opened'
  },
})

/** Reading a session writes its last use into a companion once a tenth of its idle timeout has passed, and nothing else. */
async function assertReadKeepsItsUse(cookie: string, { sid, sat, iat, chk, ttl, data }: Said): Promise<void> {
  const { found, error, lines } = await visit(sessions, { cookie }, (req) => ({ ...req.session }))
  assert.equal(error, undefined)
  assert.equal(JSON.stringify(found), JSON.stringify({ ...data }))
  const end = sat + TIMEOUTS.absolute
  const idle = ttl || TIMEOUTS.idle
  const isDue = (NOW - iat) * 10 >= idle && iat + idle < end
  assert.equal(lines.length, isDue && Object.keys(data).length > 0 ? 1 : 0)
  for (const line of lines) {
    const [, token = ''] = /^session\.seen=([^;]+); /.exec(line) ?? []
    const { claims, text } = open(token, companionKeys, NOW, LONGEST) as Opened
    const seen = { sid, sat, iat: NOW, exp: end, ...(chk !== undefined && chk <= NOW + SKEW && { chk }) }
    assert.equal(text, JSON.stringify({ ...seen, data: {} }))
    assert.equal(claims.sid, sid)
  }
}

/** Writing a session counts as use, and moves neither its beginning nor its absolute end. */
async function assertWriteKeepsItsEnds(cookie: string, { sid, sat, ttl }: Said): Promise<void> {
  const { error, lines } = await visit(sessions, { cookie }, (req) => (req.session.written = NOW))
  if (error !== undefined) {
    assert.equal((error as { code?: unknown }).code, 'ERR_SESSION_OVERFLOW')
    return assert.deepEqual(lines, [])
  }
  assert.equal(lines.length, 1)
  const [, token = ''] = /^session=([^;]+); /.exec(lines[0] as string) ?? []
  const { claims } = open(token, keys, NOW, LONGEST) as Opened
  const { absolute } = TIMEOUTS
  assert.deepEqual([claims.sid, claims.sat, claims.iat, claims.exp], [sid, sat, NOW, sat + absolute])
  assert.equal(claims.ttl, ttl)
}
