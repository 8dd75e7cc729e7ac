import assert from 'node:assert/strict'
import fc from 'fast-check'
import session, { KeyRing } from '../../lib/index.js'
import { type Opened, open, seal } from '../../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../../lib/token/key.js'
import { DIRECT_GCM, tokenKeys, tokenKeysFor } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { CLAIMS, plaintextOf } from '../support/tokens.js'
import { NOW } from './clock.js'
import { said } from './format.js'
import { guards, type SEALERS } from './guards.js'
import { pairOf } from './pairs.js'
import { assertPrototypeIsClean, target } from './target.js'
import { coming, visit } from './visit.js'

const DATA = { user: 'Ada' }
/** How many sessions a guard names, and how many guards are looked at. */
const MOST = 4
const LONGEST = 1024
const ABSOLUTE = 7 * 86_400
const sessions = session<object>({ keys: SECRET })
const guardKeys = tokenKeysFor('ended/session')
const sessionKey = tokenKeys().active(NOW) as TokenKey
const genuine = `session=${seal(plaintextOf(DATA), sessionKey)}`
const KEYS: Readonly<Record<(typeof SEALERS)[number], TokenKey>> = {
  right: guardKeys.active(NOW) as TokenKey,
  'of the session': sessionKey,
  'of another secret': keysFor(KeyRing.from(OTHER_SECRET), 'ended/session', DIRECT_GCM).active(NOW) as TokenKey,
}

interface Named {
  readonly sid: string
  readonly end: number
}

/** What a holder of the key can seal as a logout guard, beside a session that lives. */
export const guard = target({
  name: 'guard',
  inputs: fc.record({ brought: fc.array(guards, { minLength: 1, maxLength: 6 }), behind: fc.boolean() }),
  reached: ['opened', 'ended'],
  async check({ brought, behind }) {
    const sealed = brought.map(({ plaintext, key }) => ({ plaintext, key, token: seal(plaintext, KEYS[key]) }))
    const cookies = sealed.map(({ token }) => `session.ended=${token}`)
    const cookie = (behind ? [genuine, ...cookies] : [...cookies, genuine]).join('; ')
    const { session: opened, rejected } = sessions.open(coming({ cookie }))
    const named = sealed
      .slice(0, MOST)
      .filter(({ key, token }) => key === 'right' && token.length <= LONGEST)
      .flatMap(({ plaintext }) => namedIn(plaintext))
    const ended = named.some(({ sid }) => sid === CLAIMS.sid)
    assert.equal(rejected, ended ? 'ended' : null)
    assert.deepEqual({ ...opened }, ended ? {} : DATA)
    await assertServed(cookie, ended)
    if (!ended) await assertCanBeEnded(cookie, named)
    assertPrototypeIsClean()
    return ended ? 'ended' : 'opened'
  },
})

/** What a guard that opens names, in its claims or among its data, until a time that is to come. */
function namedIn(plaintext: string): Named[] {
  const says = said(plaintext)
  if (says === undefined) return []
  const { ended } = Object.fromEntries(Object.entries(says.data))
  const all: unknown[] = [[says.sid, says.exp], ...(Array.isArray(ended) ? ended : [])]
  return all.flatMap((entry) => {
    const [sid, end] = Array.isArray(entry) ? entry : []
    return isWellFormed(sid, end) && end > NOW ? [{ sid, end }] : []
  })
}

/** A session that was ended is not found again, and its cookie stays as one that lives does: reading writes nothing. */
async function assertServed(cookie: string, ended: boolean): Promise<void> {
  const { found, error, lines } = await visit(sessions, { cookie }, (req) => ({ ...req.session }))
  assert.equal(error, undefined)
  assert.deepEqual(found, ended ? {} : DATA)
  assert.deepEqual(lines, [])
}

/** As the format has it: the guard of the next log-out names what these named, and is as well formed as they are. */
function isWellFormed(sid: unknown, end: number): sid is string {
  return typeof sid === 'string' && /^[\w-]{1,64}$/.test(sid) && Number.isSafeInteger(end)
}

/** Logging out ends it for good, and keeps what has ended before from coming back. */
async function assertCanBeEnded(cookie: string, named: readonly Named[]): Promise<void> {
  const { error, lines } = await visit(sessions, { cookie }, (req) => (req.session = null))
  assert.equal(error, undefined)
  const [removed, left = ''] = lines.map(pairOf)
  assert.equal(removed, 'session=')
  assert.equal(sessions.open(coming({ cookie: `${genuine}; ${left}` })).rejected, 'ended')
  const { claims, data } = open(left.slice('session.ended='.length), guardKeys, NOW, LONGEST) as Opened
  const { ended = [] } = data as { ended?: [string, number][] }
  assert.equal(ended.length, Math.min(MOST - 1, new Set(named.map(({ sid }) => sid)).size))
  assert.ok(ended.every(([sid, end]) => named.some((one) => one.sid === sid && one.end === end)))
  assert.equal(claims.exp, Math.max(CLAIMS.sat + ABSOLUTE, ...ended.map(([, end]) => end)))
}
