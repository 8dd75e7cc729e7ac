import assert from 'node:assert/strict'
import session from '../../lib/index.js'
import type { TokenKey } from '../../lib/token/key.js'
import { type Opened, open } from '../../lib/token/open.js'
import { seal } from '../../lib/token/seal.js'
import { tokenKeys } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { NOW } from './clock.js'
import { reasonFor, type Said, said } from './format.js'
import { plaintexts, TIMEOUTS } from './plaintexts.js'
import { assertPrototypeIsClean, target } from './target.js'
import { coming, visit } from './visit.js'

const LONGEST = 4096
const keys = tokenKeys()
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
    await assertUseKeepsItsEnds(cookie, says)
    return 'opened'
  },
})

/** Using a session may move its end, but neither past its own timeouts nor past when it began. */
async function assertUseKeepsItsEnds(cookie: string, { sid, sat, ttl, data }: Said): Promise<void> {
  const { found, error, lines } = await visit(sessions, { cookie }, (req) => ({ ...req.session }))
  assert.equal(error, undefined)
  assert.equal(JSON.stringify(found), JSON.stringify({ ...data }))
  for (const line of lines) {
    const [, token = ''] = /^session=([^;]+); /.exec(line) ?? []
    const { claims } = open(token, keys, NOW, LONGEST) as Opened
    assert.deepEqual([claims.sid, claims.sat, claims.iat], [sid, sat, NOW])
    assert.equal(claims.exp, Math.min(NOW + (ttl || TIMEOUTS.idle), sat + TIMEOUTS.absolute))
  }
}
