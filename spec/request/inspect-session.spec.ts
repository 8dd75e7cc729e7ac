import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  type CommitInput,
  decide,
  endAfter,
  inspectSession,
  isAsItCame,
  type SessionState,
} from '../../lib/request/decide.js'
import type { Loaded, LoadedSession } from '../../lib/request/load.js'
import { newRecord, recordOf } from '../../lib/session/record.js'
import { LiveSession, type SessionHost } from '../../lib/session/session.js'

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
  const { iat: lastUse } = claims
  const activity = { lastUse, lastCheck: more.chk }
  return { status: 'valid', kid, claims: { ...claims, ...more }, data, text, ended: new Map(), others: [], ...activity }
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
}

/** What is found out when the headers are about to leave. */
function inspected(loaded: Loaded, { act, now = NOW, ...more }: Circumstances = {}): CommitInput {
  const session = sessionOf(loaded)
  act?.(session)
  const timeouts = { idle: 3600, absolute: 86_400 }
  const state = { loaded, migrated: undefined, ended: false, session, slides: () => true, oneCookie: false, ...more }
  return inspectSession(state, { timeouts }, now)
}

const KEPT = { incoming: 'valid', ended: false, empty: false, changed: false, due: false }

describe('what has become of a session', () => {
  it('that came and was left as it was does not need to be serialized', () => {
    const { facts, sealable, previous } = inspected(valid({ user: 'Ada' }))
    expect([facts, sealable, previous]).toEqual([KEPT, undefined, undefined])
  })

  it('that came without data is that it is empty, and there was no session before', () => {
    const { facts, sealable, previous } = inspected(valid({}))
    expect([facts, sealable, previous]).toEqual([{ ...KEPT, empty: true }, undefined, undefined])
  })

  it('that came with objects in it and did not change is its JSON, as only that tells', () => {
    const { facts, sealable } = inspected(valid({ cart: [1] }))
    expect([facts, sealable?.json]).toEqual([KEPT, '{"cart":[1]}'])
  })

  it('that was given data is that it changed, what is to be sealed, and the session that came', () => {
    const { facts, sealable, previous } = inspected(valid({ user: 'Ada' }), {
      act: (session) => Object.assign(session, { user: 'Eve' }),
    })
    expect([facts, sealable?.json]).toEqual([{ ...KEPT, changed: true }, '{"user":"Eve"}'])
    expect(previous).toEqual({ sid: claims.sid, sat: claims.sat, ended: new Map(), others: [] })
  })

  it('that was emptied is that it changed and is empty', () => {
    const { facts } = inspected(valid({ user: 'Ada' }), { act: (session) => delete session['user'] })
    expect(facts).toEqual({ ...KEPT, changed: true, empty: true })
  })

  it('that holds only what JSON leaves out is empty', () => {
    const { facts, sealable } = inspected(NONE, { act: (session) => Object.assign(session, { user: undefined }) })
    expect([facts.empty, sealable?.json]).toEqual([true, '{}'])
  })

  it('that was touched is due, and is used now, though it needs not be serialized', () => {
    const { facts, sealable, activity, touched } = inspected(valid({ user: 'Ada' }), {
      act: (session) => session.touch(),
    })
    expect([facts, sealable, activity, touched]).toEqual([
      { ...KEPT, due: true },
      undefined,
      { lastUse: NOW, lastCheck: undefined },
      true,
    ])
  })

  it('that slides is due, and is used now', () => {
    const now = NOW + 300
    const { facts, activity, touched } = inspected(valid({ user: 'Ada' }), { now })
    expect([facts, activity.lastUse, touched]).toEqual([{ ...KEPT, due: true }, now, false])
  })

  it('that would slide, but for a request that is no use, is not due, and the app is asked only if it would', () => {
    const slides = vi.fn(() => false)
    expect(inspected(valid({ user: 'Ada' }), { now: NOW + 300, slides }).facts).toEqual(KEPT)
    inspected(valid({ user: 'Ada' }), { now: NOW + 200, slides })
    expect(slides).toHaveBeenCalledTimes(1)
  })

  it('that was validated is due, and keeps its last use where the request is none', () => {
    const act = (session: LiveSession) => {
      LiveSession.recordOf(session).checked = NOW + 300
    }
    const loaded = valid({ user: 'Ada' }, { chk: NOW - 60 })
    const { facts, activity } = inspected(loaded, { act, now: NOW + 300, slides: () => false })
    expect([facts, activity]).toEqual([
      { ...KEPT, due: true },
      { lastUse: claims.iat, lastCheck: NOW + 300 },
    ])
    expect(inspected(loaded, { act, now: NOW + 300 }).activity).toEqual({ lastUse: NOW + 300, lastCheck: NOW + 300 })
  })

  it('that is checked with every request has no check to keep, though it came with one', () => {
    const act = (session: LiveSession) => {
      LiveSession.recordOf(session).checked = undefined
    }
    expect(inspected(valid({ user: 'Ada' }, { chk: NOW - 60 }), { act }).facts).toEqual(KEPT)
  })

  it('that slides where one cookie is all that can be set is what is to be sealed', () => {
    const { facts, sealable } = inspected(valid({ user: 'Ada' }), { now: NOW + 300, oneCookie: true })
    expect([facts, sealable?.json]).toEqual([{ ...KEPT, due: true }, '{"user":"Ada"}'])
  })

  it('that came under a key that no longer seals is left as it is, until the app changes it', () => {
    expect(inspected(valid({ user: 'Ada' }, {}, 'retired')).facts).toEqual(KEPT)
  })

  it('that has ended is nothing to seal, whether one came or not', () => {
    for (const loaded of [NONE, valid({ user: 'Ada' })]) {
      const { facts, sealable } = inspected(loaded, { session: null })
      expect([facts, sealable]).toEqual([
        { incoming: loaded.status, ended: true, empty: true, changed: true, due: false },
        undefined,
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

describe('the end of a session', () => {
  const loaded = { ...valid({ user: 'Ada' }), claims: { ...claims, exp: NOW + 86_340, ttl: 600 } }
  type Given = Circumstances & { readonly lastUse?: number; readonly idle?: number; readonly absolute?: number }

  /** In seconds from now. */
  function endOf({ lastUse = claims.iat, idle = 3600, absolute = 86_400, act, now = NOW, ...more }: Given): number {
    const came = { ...loaded, lastUse }
    const session = sessionOf(came)
    act?.(session)
    const [timeouts, oneCookie] = [{ idle, absolute }, more.oneCookie ?? false]
    const state = { loaded: came, migrated: undefined, ended: false, session, slides: () => true, oneCookie, ...more }
    const { facts, activity } = inspectSession(state, { timeouts }, now)
    return endAfter(LiveSession.recordOf(session), activity.lastUse, decide(facts), { timeouts }, oneCookie) - NOW
  }
  const slides = () => false

  it('is a timeout after its last use, which a companion may have moved, or after this one', () => {
    expect([endOf({ slides }), endOf({ slides, lastUse: NOW - 10 }), endOf({})]).toEqual([540, 590, 600])
    // It does not slide before a tenth of its timeout has passed.
    expect(endOf({ lastUse: NOW - 59 })).toBe(541)
  })

  it('comes earlier when the timeouts were shortened since', () => {
    expect(endOf({ absolute: 300 })).toBe(240)
  })

  it('is one timeout from now if it was touched or changed', () => {
    expect(endOf({ slides, act: (session) => session.touch() })).toBe(600)
    expect(endOf({ slides, act: (session) => Object.assign(session, { user: 'Eve' }) })).toBe(600)
  })

  it('is by the new timeout if it was given one', () => {
    for (const [ttl, end] of [
      [60, 60],
      [undefined, 3600],
    ] as const) {
      const act = (session: LiveSession) => {
        LiveSession.recordOf(session).ttl = ttl
      }
      expect(endOf({ slides, act })).toBe(end)
    }
  })

  it('is not after what was sealed into it, unless it is sealed again', () => {
    const longer = { absolute: 172_800, now: NOW + 86_000 }
    const used = { ...longer, lastUse: NOW + 85_900 }
    expect([endOf(used), endOf({ ...used, oneCookie: true })]).toEqual([86_340, 86_600])
    expect(endOf({ ...used, act: (session) => Object.assign(session, { user: 'Eve' }) })).toBe(86_600)
    expect(endOf({ ...used, slides, oneCookie: true })).toBe(86_340)
  })

  it('is not moved where it has no data, as nothing is set for it then', () => {
    const empty = { ...valid({}), lastUse: claims.iat, claims: loaded.claims }
    const session = sessionOf(empty)
    const { facts, activity } = inspected(empty, { session })
    expect(
      endAfter(
        LiveSession.recordOf(session),
        activity.lastUse,
        decide(facts),
        { timeouts: { idle: 3600, absolute: 86_400 } },
        false,
      ),
    ).toBe(NOW + 540)
  })
})

describe('a session is as it came', () => {
  const FLAT = { user: 'Ada', views: 1, admin: false, note: null }
  const timeouts = { idle: 3600, absolute: 86_400 }
  type Live = LiveSession & Record<string, unknown>

  function isAsIt(loaded: Loaded, act: (session: Live) => void = () => {}, now = NOW): boolean {
    const session = sessionOf(loaded)
    act(session)
    return isAsItCame(session, { timeouts }, now)
  }

  it('where nothing was done with it', () => {
    expect(isAsIt(valid(FLAT))).toBe(true)
  })

  it('where a value was set to what it was', () => {
    expect(isAsIt(valid(FLAT), (session) => Object.assign(session, { user: 'Ada' }))).toBe(true)
  })

  it('and fresh until a tenth of its idle timeout has passed', () => {
    const fresh = claims.iat + 359
    expect([isAsIt(valid(FLAT), undefined, fresh), isAsIt(valid(FLAT), undefined, fresh + 1)]).toEqual([true, false])
  })

  it.each<[string, (session: Live) => void]>([
    ['a value was changed', (session) => Object.assign(session, { user: 'Eve' })],
    ['a value was added', (session) => Object.assign(session, { theme: 'dark' })],
    ['a value was removed', (session) => delete session['user']],
    ['a value was set to undefined', (session) => Object.assign(session, { user: undefined })],
    ['it was touched', (session) => session.touch()],
    ['it has another idle timeout', (session) => Object.assign(LiveSession.recordOf(session), { ttl: 60 })],
    ['it was checked', (session) => Object.assign(LiveSession.recordOf(session), { checked: NOW })],
  ])('no longer where %s', (_what, act) => {
    expect(isAsIt(valid(FLAT), act)).toBe(false)
  })

  it.each<[string, Loaded]>([
    ['it began with this request', NONE],
    ['it has an object in it, which may have changed inside', valid({ cart: [] })],
    ['a schema has made its data', { ...valid(FLAT), json: JSON.stringify(FLAT) }],
  ])('is not certain where %s', (_what, loaded) => {
    expect(isAsIt(loaded)).toBe(false)
  })

  it('only if nothing but keeping it would be decided', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd', '__proto__')
    let certain = 0
    const property = fc.property(
      fc.dictionary(keys, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
      fc.dictionary(keys, fc.anything({ maxDepth: 1 }), { maxKeys: 2 }),
      fc.constantFrom(0, 360, 3000),
      (data, given, later) => {
        const act = (session: Live) => Object.assign(session, given)
        const now = claims.iat + later
        if (!isAsIt(valid(data), act, now)) return
        certain++
        expect(decide(inspected(valid(data), { act, now }).facts)).toBe('keep')
      },
    )
    fc.assert(property, { numRuns: 2000 })
    expect(certain).toBeGreaterThan(50)
  })
})
