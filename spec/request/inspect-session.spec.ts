import { describe, expect, it } from 'vitest'
import { type CommitInput, inspectSession, type SessionState } from '../../lib/request/commit.js'
import type { Loaded, LoadedSession } from '../../lib/request/load.js'
import { newRecord, recordOf } from '../../lib/session/record.js'
import { LiveSession, type SessionHost } from '../../lib/session/session.js'
import type { TokenKey, TokenKeys } from '../../lib/token/key.js'

const NOW = 1_700_000_000
const claims = { sid: 'A'.repeat(22), sat: NOW - 60, iat: NOW - 60, exp: NOW + 3540 }
const NONE: Loaded = { status: 'none' }
const HOST = { used: () => {} } as SessionHost

/** A cookie that was good, and brought this. */
function valid(
  data: Record<string, unknown>,
  more: { ttl?: number; chk?: number } = {},
  kid = 'active',
): LoadedSession {
  const text = `{"sid":"${claims.sid}","data":${JSON.stringify(data)}}`
  return { status: 'valid', kid, claims: { ...claims, ...more }, data, text, ended: new Map() }
}

/** The session of a request, as the app sees it. */
function sessionOf(loaded: Loaded): LiveSession & Record<string, unknown> {
  const session =
    loaded.status === 'valid'
      ? new LiveSession(HOST, recordOf(loaded), loaded.data)
      : new LiveSession(HOST, newRecord(NOW), {})
  return session as LiveSession & Record<string, unknown>
}

interface Circumstances extends Partial<SessionState> {
  /** What the app does with the session. */
  readonly act?: (session: LiveSession & Record<string, unknown>) => void
  readonly now?: number
  /** Of the key that seals. */
  readonly activeKid?: string | undefined
}

/** What is found out when the headers are about to leave. */
function inspected(loaded: Loaded, { act, now = NOW, ...more }: Circumstances = {}): CommitInput {
  const session = sessionOf(loaded)
  act?.(session)
  const kid = 'activeKid' in more ? more.activeKid : 'active'
  const keys = { active: () => (kid === undefined ? undefined : ({ kid } as TokenKey)) } as unknown as TokenKeys
  const timeouts = { idle: 3600, absolute: 86_400 }
  return inspectSession({ loaded, migrated: undefined, ended: false, session, ...more }, { timeouts, keys }, now)
}

const KEPT = { incoming: 'valid', ended: false, empty: false, changed: false, due: false, inactiveKey: false }

describe('what has become of a session', () => {
  it('that came and was left as it was does not need to be serialized', () => {
    const { facts, sealable, previous, cause } = inspected(valid({ user: 'Ada' }))
    expect([facts, sealable, cause]).toEqual([KEPT, undefined, 'check'])
    expect(previous).toEqual({ sid: claims.sid, sat: claims.sat, ended: new Map() })
  })

  it('that came without data is that it is empty, and there was no session before', () => {
    const { facts, sealable, previous } = inspected(valid({}))
    expect([facts, sealable, previous]).toEqual([{ ...KEPT, empty: true }, undefined, undefined])
  })

  it('that came with objects in it and did not change is its JSON, as only that tells', () => {
    const { facts, sealable } = inspected(valid({ cart: [1] }))
    expect([facts, sealable?.json]).toEqual([KEPT, '{"cart":[1]}'])
  })

  it('that was given data is that it changed, and what is to be sealed', () => {
    const { facts, sealable, cause } = inspected(valid({ user: 'Ada' }), {
      act: (session) => Object.assign(session, { user: 'Eve' }),
    })
    expect([facts, sealable?.json, cause]).toEqual([{ ...KEPT, changed: true }, '{"user":"Eve"}', 'app'])
  })

  it('that was emptied is that it changed and is empty', () => {
    const { facts } = inspected(valid({ user: 'Ada' }), { act: (session) => delete session['user'] })
    expect(facts).toEqual({ ...KEPT, changed: true, empty: true })
  })

  it('that holds only what JSON leaves out is empty', () => {
    const { facts, sealable } = inspected(NONE, { act: (session) => Object.assign(session, { user: undefined }) })
    expect([facts.empty, sealable?.json]).toEqual([true, '{}'])
  })

  it('that was touched is due, and must be written', () => {
    const { facts, sealable, cause } = inspected(valid({ user: 'Ada' }), { act: (session) => session.touch() })
    expect([facts, sealable?.json, cause]).toEqual([{ ...KEPT, due: true }, '{"user":"Ada"}', 'app'])
  })

  it('that slides is due, and stays as it came where it cannot be written', () => {
    const { facts, cause } = inspected(valid({ user: 'Ada' }), { now: NOW + 1800 })
    expect([facts, cause]).toEqual([{ ...KEPT, due: true }, 'renewal'])
  })

  it('that was validated is due, and may wait', () => {
    const { facts, sealable, cause } = inspected(valid({ user: 'Ada' }, { chk: NOW - 60 }), {
      act: (session) => {
        LiveSession.recordOf(session).checked = NOW
      },
    })
    expect([facts, sealable?.json, cause]).toEqual([{ ...KEPT, due: true }, '{"user":"Ada"}', 'check'])
  })

  it.each([
    ['an older key', 'old', true],
    ['the key that seals', 'active', false],
  ])('that came under %s is that it is written, or not', (_which, kid, inactiveKey) => {
    const { facts, cause } = inspected(valid({ user: 'Ada' }, {}, kid))
    expect([facts, cause]).toEqual([{ ...KEPT, inactiveKey }, inactiveKey ? 'renewal' : 'check'])
  })

  it('that came while no key may seal is left as it is', () => {
    expect(inspected(valid({ user: 'Ada' }, {}, 'old'), { activeKid: undefined }).facts).toEqual(KEPT)
  })

  it('that has ended is nothing to seal, whether one came or not', () => {
    for (const loaded of [NONE, valid({ user: 'Ada' })]) {
      const { facts, sealable, cause } = inspected(loaded, { session: null })
      expect([facts, sealable, cause]).toEqual([
        { incoming: loaded.status, ended: true, empty: true, changed: true, due: false, inactiveKey: false },
        undefined,
        'app',
      ])
    }
  })

  it('that did not come is that it is new, and empty until it has data', () => {
    expect(inspected(NONE).facts).toEqual({ ...KEPT, incoming: 'none', empty: true, changed: true })
    const { facts } = inspected(NONE, { act: (session) => Object.assign(session, { user: 'Ada' }) })
    expect(facts).toEqual({ ...KEPT, incoming: 'none', changed: true })
  })

  it('that moved in from another package is as if a cookie of ours had brought it', () => {
    const migrated = newRecord(NOW - 5, 'source')
    const session = new LiveSession(HOST, migrated, { user: 'Ada' })
    const { facts, sealable, previous } = inspected(NONE, { migrated, session })
    expect([facts, sealable?.json]).toEqual([{ ...KEPT, changed: true }, '{"user":"Ada"}'])
    expect(previous).toEqual({ sid: migrated.sid, src: 'source', sat: NOW - 5, ended: new Map() })
  })
})
