import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { KeyRing } from '../../lib/keys/ring.js'
import { settingsFrom } from '../../lib/options/options.js'
import { open, seal } from '../../lib/token/jwe.js'
import { keysFor, type TokenKey } from '../../lib/token/key.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../support/clock.js'
import { DIRECT_GCM, SEALINGS } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { CLAIMS, plaintextOf } from '../support/tokens.js'

/** The three kinds of tokens, and the purpose of their keys, as spec/format.md has it. */
const PURPOSES = { session: 'cookie/session', companion: 'seen/session', guard: 'ended/session' } as const
type Kind = keyof typeof PURPOSES
const KINDS = Object.keys(PURPOSES) as Kind[]
const PAIRS = KINDS.flatMap((kind) => KINDS.filter((other) => other !== kind).map((other) => [kind, other] as const))

const WEEK = { sid: CLAIMS.sid, sat: START, iat: START, exp: START + 7 * DAY }

beforeEach(stopClock)
afterEach(startClock)

/** A key, from the name of its purpose alone. */
function keyOf(kind: Kind, sealing = DIRECT_GCM): TokenKey {
  return keysFor(KeyRing.from(SECRET), PURPOSES[kind], sealing).active(START) as TokenKey
}

/** A token, under the keys of any kind. */
function tokenOf(kind: Kind, claims: object = WEEK, data: object = {}): string {
  return seal(plaintextOf(data, claims), keyOf(kind))
}

/** The keys that a middleware has for each kind of tokens. */
function keysIn(options: SessionOptions = {}) {
  const { keys, activityKeys, guardKeys } = settingsFrom({ keys: SECRET, ...options })
  return { session: keys, companion: activityKeys, guard: guardKeys as NonNullable<typeof guardKeys> }
}

function opened(cookie: string) {
  return session<{ user?: string }>({ keys: SECRET }).open({ headers: { cookie } })
}

describe('the three kinds of tokens', () => {
  it.each(KINDS)('have keys of their own: that of a %s is for its purpose, and opens it', (kind) => {
    for (const sealing of SEALINGS) {
      const token = seal(plaintextOf({}, WEEK), keyOf(kind, sealing))
      expect(open(token, keysIn()[kind], START, 4096)).toMatchObject({ claims: WEEK })
      const minted = seal(plaintextOf({}, WEEK), keysIn(sealing)[kind].active(START) as TokenKey)
      expect(open(minted, keysFor(KeyRing.from(SECRET), PURPOSES[kind], sealing), START, 4096)).toMatchObject({
        claims: WEEK,
      })
    }
  })

  it.each(PAIRS)('do not open as each other: a %s is tampered with for the keys of a %s', (kind, other) => {
    for (const sealing of SEALINGS) {
      const token = seal(plaintextOf({}, WEEK), keyOf(kind, sealing))
      expect(open(token, keysIn()[other], START, 4096)).toMatchObject({ rejected: 'tampered' })
    }
  })
})

describe('a cookie that was renamed', () => {
  const LATER = { ...WEEK, iat: START + 12 * HOUR }

  it('is no companion if it is a session: it keeps no session alive', () => {
    const one = tokenOf('session', WEEK, { user: 'Ada' })
    at(DAY)
    expect(opened(`session=${one}; session.seen=${tokenOf('companion', LATER)}`).session).toEqual({ user: 'Ada' })
    expect(opened(`session=${one}; session.seen=${tokenOf('session', LATER)}`).rejected).toBe('idle')
    expect(opened(`session=${one}; session.seen=${tokenOf('guard', LATER)}`).rejected).toBe('idle')
  })

  it('is no session if it is a companion or a guard', () => {
    expect(opened(`session=${tokenOf('session')}`)).toEqual({ session: {}, rejected: null })
    expect(opened(`session=${tokenOf('companion')}`)).toEqual({ session: null, rejected: 'tampered' })
    expect(opened(`session=${tokenOf('guard')}`)).toEqual({ session: null, rejected: 'tampered' })
  })

  it('is no guard if it is a session or a companion: it ends no session', () => {
    const one = tokenOf('session', WEEK, { user: 'Ada' })
    expect(opened(`session=${one}; session.ended=${tokenOf('guard')}`).rejected).toBe('ended')
    expect(opened(`session=${one}; session.ended=${tokenOf('session')}`).session).toEqual({ user: 'Ada' })
    expect(opened(`session=${one}; session.ended=${tokenOf('companion')}`).session).toEqual({ user: 'Ada' })
  })
})
