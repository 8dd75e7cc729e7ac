import assert from 'node:assert/strict'
import fc from 'fast-check'
import session, { KeyRing } from '../../lib/index.js'
import { open, seal } from '../../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../../lib/token/key.js'
import { DIRECT_GCM, tokenKeys, tokenKeysFor } from '../support/keys.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { CLAIMS, plaintextOf } from '../support/tokens.js'
import { NOW } from './clock.js'
import { said } from './format.js'
import { plaintexts, TIMEOUTS } from './plaintexts.js'
import { assertPrototypeIsClean, target } from './target.js'
import { coming, visit } from './visit.js'

const DATA = { user: 'Ada' }
/** How many companions are looked at, and how long one may be. */
const MOST = 4
const LONGEST = 1024
const SKEW = 60
const EVERY = 3600
const options = { keys: SECRET, idleTimeout: TIMEOUTS.idle * 1000, absoluteTimeout: TIMEOUTS.absolute * 1000 }
const sessions = session<object>(options)
let asked = 0
const asking = session<object>({ ...options, validate: () => ++asked > 0, validateEvery: EVERY * 1000 })
const companionKeys = tokenKeysFor('seen/session')
const sessionKey = tokenKeys().active(NOW) as TokenKey
/** It was used last so long ago that only a companion can say that it lives. */
const BEGUN = { ...CLAIMS, sat: NOW - TIMEOUTS.idle, iat: NOW - TIMEOUTS.idle, exp: NOW + TIMEOUTS.idle }
const genuine = `session=${seal(plaintextOf(DATA, BEGUN), sessionKey)}`
const KEYS = {
  right: companionKeys.active(NOW) as TokenKey,
  'of the session': sessionKey,
  'of the guard': tokenKeysFor('ended/session').active(NOW) as TokenKey,
  'of another secret': keysFor(KeyRing.from(OTHER_SECRET), 'seen/session', DIRECT_GCM).active(NOW) as TokenKey,
}

const times = fc.oneof(
  fc.constantFrom(0, -1, -EVERY + 1, -EVERY, SKEW, SKEW + 1, -TIMEOUTS.idle, 1 - TIMEOUTS.idle, -TIMEOUTS.idle / 10),
  fc.integer({ min: -2 * TIMEOUTS.idle, max: TIMEOUTS.idle }),
)
const ofSession = fc
  .record({
    sid: fc.oneof({ weight: 6, arbitrary: fc.constant(CLAIMS.sid) }, fc.constant('B'.repeat(22))),
    sat: fc.oneof({ weight: 6, arbitrary: fc.constant(BEGUN.sat) }, fc.constantFrom(NOW, BEGUN.sat + 1)),
    iat: times,
    chk: fc.option(times, { nil: undefined }),
    exp: fc.constantFrom(NOW - 1, BEGUN.exp),
  })
  .map(({ iat, chk, ...others }) =>
    plaintextOf({}, { ...others, iat: NOW + iat, ...(chk !== undefined && { chk: NOW + chk }) }),
  )
const companions = fc.record({
  plaintext: fc.oneof({ weight: 6, arbitrary: ofSession }, plaintexts),
  key: fc.oneof(
    { weight: 8, arbitrary: fc.constant('right' as const) },
    fc.constantFrom(...(Object.keys(KEYS) as (keyof typeof KEYS)[])),
  ),
})

/** What a holder of the key can seal as a companion, beside a session that nothing else keeps alive. */
export const companion = target({
  name: 'companion',
  inputs: fc.record({ brought: fc.array(companions, { maxLength: 6 }), behind: fc.boolean() }),
  reached: ['idle', 'opened', 'renewed', 'checked'],
  async check({ brought, behind }) {
    const sealed = brought.map(({ plaintext, key }) => ({ plaintext, key, token: seal(plaintext, KEYS[key]) }))
    const cookies = sealed.map(({ token }) => `session.seen=${token}`)
    const cookie = (behind ? [genuine, ...cookies] : [...cookies, genuine]).join('; ')
    const seen = sealed
      .slice(0, MOST)
      .filter(({ key, token }) => key === 'right' && token.length <= LONGEST)
      .flatMap(({ plaintext }) => said(plaintext) ?? [])
      .filter(({ sid, sat }) => sid === BEGUN.sid && sat === BEGUN.sat)
    const lastUse = Math.max(BEGUN.iat, ...seen.map(({ iat }) => iat).filter((time) => time <= NOW + SKEW))
    const lastCheck = Math.max(0, ...seen.map(({ chk = 0 }) => chk).filter((time) => time <= NOW + SKEW))
    const isIdle = lastUse + TIMEOUTS.idle <= NOW
    const { session: opened, rejected } = sessions.open(coming({ cookie }))
    assert.equal(rejected, isIdle ? 'idle' : null)
    assert.deepEqual({ ...opened }, isIdle ? {} : DATA)
    const isDue = !isIdle && (NOW - lastUse) * 10 >= TIMEOUTS.idle
    assert.deepEqual(await seenBy(sessions, cookie), isDue ? [NOW, lastCheck || undefined] : undefined)
    asked = 0
    const isDueForCheck = !isIdle && NOW - lastCheck >= EVERY
    const check = isDueForCheck ? NOW : lastCheck
    const kept = isDue || isDueForCheck ? [isDue ? NOW : lastUse, check] : undefined
    assert.deepEqual(await seenBy(asking, cookie), kept)
    assert.equal(asked, isDueForCheck ? 1 : 0)
    assertPrototypeIsClean()
    return isIdle ? 'idle' : isDue ? 'renewed' : isDueForCheck ? 'checked' : 'opened'
  },
})

/** The last use and the last check that a read keeps, and nowhere but in the companion. */
async function seenBy(handler: typeof sessions, cookie: string): Promise<unknown> {
  const { error, lines } = await visit(handler, { cookie }, (req) => req.session.user)
  assert.equal(error, undefined)
  assert.ok(lines.length <= 1)
  const [line] = lines
  if (line === undefined) return undefined
  const [, token = ''] = /^session\.seen=([^;]+); /.exec(line) ?? []
  const opened = open(token, companionKeys, NOW, LONGEST)
  assert.ok('claims' in opened, line)
  const { sid, sat, iat, chk } = opened.claims
  assert.deepEqual([sid, sat, opened.data], [BEGUN.sid, BEGUN.sat, {}])
  return [iat, chk]
}
