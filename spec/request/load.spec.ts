import { describe, expect, it, vi } from 'vitest'
import session, { type SessionEvent, type SessionOptions } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { type LoadedSession, load, type RejectedSessions } from '../../lib/request/load.js'
import { isDueForCheck } from '../../lib/request/validate.js'
import { seal as sealToken } from '../../lib/token/jwe.js'
import type { TokenKey, TokenKeys } from '../../lib/token/key.js'
import { tokenKeysFor } from '../support/keys.js'
import { SECRET } from '../support/secrets.js'
import { plaintextOf } from '../support/tokens.js'

const sessions = session<{ user: string }>({ keys: SECRET })
const NOW = Math.floor(Date.now() / 1000)

function received(header: string | undefined, names: readonly string[] = ['session'], options: SessionOptions = {}) {
  const onEvent = vi.fn<(event: SessionEvent) => void>()
  const loaded = load(header, names, settingsFrom({ keys: SECRET, onEvent, ...options }), NOW)
  return { loaded, events: onEvent.mock.calls.map(([event]) => event) }
}

describe('what a request brings', () => {
  const { cookie, value } = sessions.seal({ user: 'Ada' })
  const kid = JSON.parse(Buffer.from(value.split('.')[0] as string, 'base64url').toString()).kid

  it('is none without a cookie of our name, which nobody is told of', () => {
    for (const header of [undefined, '', 'a=1', 'sessions=1']) {
      expect(received(header)).toEqual({ loaded: { status: 'none' }, events: [] })
    }
  })

  it('is none where no name is read, whatever comes', () => {
    expect(received(`${cookie}; undefined=${value}`, [])).toEqual({ loaded: { status: 'none' }, events: [] })
  })

  it('is a rejection, told with the kid where it names a key that is there, and without one otherwise', () => {
    const tampered = `session=${value.slice(0, -4)}AAAA`
    const rejected = (reason: string, more = {}) => [{ type: 'rejected', name: 'session', reason, ...more }]
    expect(received(tampered)).toEqual({
      loaded: { status: 'rejected', reason: 'tampered' },
      events: rejected('tampered', { kid }),
    })
    expect(received(`session=rubbish; ${tampered}`).loaded).toEqual({ status: 'rejected', reason: 'malformed' })
    expect(received(`${tampered}; session=rubbish`).events).toEqual(rejected('tampered', { kid }))
    const { loaded, events } = received('session=rubbish')
    expect(loaded).toEqual({ status: 'rejected', reason: 'malformed' })
    expect(events).toStrictEqual(rejected('malformed'))
  })
})

describe('several cookies of one name', () => {
  const settings = settingsFrom({ keys: SECRET })
  const sealed = (sid: string, iat: number, data: object = { user: sid }) =>
    `session=${sealToken(plaintextOf(data, { sid, sat: NOW - 5000, iat, exp: NOW + 60_000 }), settings.keys.active(NOW) as TokenKey)}`
  const loaded = (...cookies: string[]) => load(cookies.join('; '), ['session'], settings, NOW)

  it('are the newest that is accepted, wherever it stands, and the others are known', () => {
    const cookies = [sealed('old', NOW - 300), sealed('new', NOW - 10), sealed('older', NOW - 400)]
    for (const order of [cookies, cookies.toReversed()]) {
      const { claims, others } = loaded(...order) as LoadedSession
      expect([claims.sid, others.map(({ sid }) => sid).sort()]).toEqual(['new', ['old', 'older']])
    }
  })

  it('are one session, where two are of the same one', () => {
    const { claims, others } = loaded(sealed('one', NOW - 300), sealed('one', NOW - 10)) as LoadedSession
    expect([claims.iat, others]).toEqual([NOW - 10, []])
  })

  it('are rejected for the reason of the newest, of those that could be read', () => {
    const idle = sealed('idle', NOW - 100_000)
    const reserved = sealed('reserved', NOW - 50, { save: 1 })
    for (const order of [
      [idle, reserved, 'session=rubbish'],
      ['session=rubbish', reserved, idle],
    ]) {
      expect(loaded(...order)).toMatchObject({ status: 'rejected', reason: 'malformed' })
    }
    expect(loaded('session=rubbish', idle)).toMatchObject({ status: 'rejected', reason: 'idle' })
  })

  it('name those that were idle here, which may live in a response that is under way', () => {
    const idle = sealed('idle', NOW - 100_000)
    expect((loaded(idle) as RejectedSessions).others?.map(({ sid }) => sid)).toEqual(['idle'])
    expect((loaded(idle, sealed('live', NOW)) as LoadedSession).others.map(({ sid }) => sid)).toEqual(['idle'])
    expect(loaded('session=rubbish')).toEqual({ status: 'rejected', reason: 'malformed' })
  })
})

describe('several cookies of one name, and a schema,', () => {
  const schema = {
    '~standard': { validate: ({ fits }: any) => (fits ? { value: { fits, more: 1 } } : { issues: [] }) },
  }
  const settings = settingsFrom({ keys: SECRET, schema })
  const key = (purpose: string) => tokenKeysFor(purpose).active(NOW) as TokenKey
  const claimsOf = (sid: string, iat: number) => ({ sid, sat: NOW - 5000, iat, exp: NOW + 60_000 })
  const sealed = (sid: string, iat: number, fits: boolean) =>
    `session=${sealToken(plaintextOf({ fits }, claimsOf(sid, iat)), key('cookie/session'))}`
  const loaded = (...cookies: string[]) => load(cookies.join('; '), ['session'], settings, NOW)

  it('are the newest that fits, and an end ends those as well that do not', () => {
    const cookies = [sealed('misfit', NOW - 5, false), sealed('fits', NOW - 10, true), sealed('old', NOW - 300, true)]
    for (const order of [cookies, cookies.toReversed()]) {
      const { claims, data, json, others } = loaded(...order) as LoadedSession
      expect([claims.sid, data, json]).toEqual(['fits', { fits: true, more: 1 }, '{"fits":true,"more":1}'])
      expect(others.map(({ sid }) => sid).sort()).toEqual(['misfit', 'old'])
    }
  })

  it('are rejected for it where none fits and the newest does not', () => {
    const misfit = sealed('misfit', NOW - 5, false)
    expect(loaded('session=rubbish', misfit)).toMatchObject({ status: 'rejected', reason: 'schema' })
    const both = loaded(sealed('idle', NOW - 100_000, true), misfit) as RejectedSessions
    expect([both.reason, both.others?.map(({ sid }) => sid)]).toEqual(['schema', ['idle', 'misfit']])
  })

  it('have ended where a guard says so, and the schema is not asked', () => {
    const validate = vi.spyOn(schema['~standard'], 'validate')
    const guard = `session.ended=${sealToken(plaintextOf({}, claimsOf('misfit', NOW)), key('ended/session'))}`
    expect(loaded(sealed('misfit', NOW - 5, false), guard)).toEqual({ status: 'rejected', reason: 'ended' })
    expect(validate).not.toHaveBeenCalled()
  })
})

describe('sessions that have ended, and their guards', () => {
  it('are opened once each, however many come: four of both at the most', () => {
    const settings = settingsFrom({ keys: SECRET })
    const seal = (purpose: string, sid: string) =>
      sealToken(
        plaintextOf({}, { sid, sat: NOW, iat: NOW, exp: NOW + 60 }),
        tokenKeysFor(purpose).active(NOW) as TokenKey,
      )
    const ids = ['A', 'B', 'C', 'D', 'E', 'F']
    const cookies = ids.flatMap((sid) => [
      `session=${seal('cookie/session', sid)}`,
      `session.ended=${seal('ended/session', sid)}`,
    ])
    const opened = vi.spyOn(settings.keys, 'active')
    const guards = vi.spyOn(settings.guardKeys as TokenKeys, 'active')
    expect(load(cookies.join('; '), ['session'], settings, NOW)).toEqual({ status: 'rejected', reason: 'ended' })
    expect([opened.mock.calls.length, guards.mock.calls.length]).toEqual([4, 4])
  })
})

describe('cookies of a former name', () => {
  const { keys, guardKeys, activityKeys } = settingsFrom({ keys: SECRET, name: 'old' })
  const former = { profiles: [], names: ['old'], keys: { keys, guardKeys, activityKeys }, isWeaker: false }
  const settings = settingsFrom({ keys: SECRET })
  const cookie = (name: string, own: TokenKeys, sid: string, iat: number) =>
    `${name}=${sealToken(plaintextOf({ sid }, { sid, sat: NOW - 5000, iat, exp: NOW + 60_000 }), own.active(NOW) as TokenKey)}`
  const today = (sid: string, iat: number) => cookie('session', settings.keys, sid, iat)
  const before = (sid: string, iat: number) => cookie('old', keys, sid, iat)
  const sidOf = (strength: number, ...cookies: string[]) => {
    const loaded = load(cookies.join('; '), ['session'], settings, NOW, [{ ...former, strength }])
    return loaded.status === 'valid' ? [loaded.claims.sid, loaded.from?.names] : loaded
  }

  it('are sessions as those of today are, of which the newest wins, and of equals that of today', () => {
    expect(sidOf(0, before('a', NOW - 5), today('b', NOW - 9))).toEqual(['a', ['old']])
    expect(sidOf(0, before('a', NOW - 5), today('b', NOW - 5))).toEqual(['b', undefined])
    expect(sidOf(0, before('a', NOW - 9), today('b', NOW - 5))).toEqual(['b', undefined])
  })

  it('take the place of none of today if they can be planted where that one cannot', () => {
    expect(sidOf(-1, before('a', NOW - 5), today('b', NOW - 9))).toEqual(['b', undefined])
    expect(sidOf(-1, before('a', NOW - 9), before('c', NOW - 5))).toEqual(['c', ['old']])
    expect(sidOf(-1, before('a', NOW - 5), 'session=rubbish')).toEqual(['a', ['old']])
  })

  it('do not take it either while that one does not fit the schema, as it may live on in another version of the app', () => {
    const validate = (value: any) => (value.sid === 'misfit' ? { issues: [] } : { value })
    const settings = settingsFrom({ keys: SECRET, schema: { '~standard': { validate } } })
    const statusOf = (strength: number, ...cookies: string[]) => {
      return load(cookies.join('; '), ['session'], settings, NOW, [{ ...former, strength }])
    }
    const planted = before('a', NOW - 5)
    expect(statusOf(-1, planted)).toMatchObject({ status: 'valid', claims: { sid: 'a' } })
    const refused = statusOf(-1, planted, today('misfit', NOW - 9))
    expect(refused).toMatchObject({ status: 'rejected', reason: 'schema' })
    expect('others' in refused && refused.others?.map(({ sid }) => sid)).toEqual(['misfit', 'a'])
    expect(statusOf(0, planted, today('misfit', NOW - 9))).toMatchObject({ status: 'valid', claims: { sid: 'a' } })
  })

  it('take the place of none of another former name if they can be planted where that one cannot, in any order', () => {
    const [weak, strong] = [
      { ...former, names: ['weak'], strength: -2 },
      { ...former, names: ['old'], strength: -1 },
    ]
    for (const formers of [
      [weak, strong],
      [strong, weak],
    ]) {
      const cookies = [cookie('weak', keys, 'planted', NOW), before('a', NOW - 9)].join('; ')
      expect(load(cookies, ['session'], settings, NOW, formers)).toMatchObject({ claims: { sid: 'a' } })
    }
  })

  it('are opened after those of today, four of both at the most', () => {
    const rubbish = (count: number) => Array(count).fill('session=rubbish')
    expect(sidOf(0, before('a', NOW), ...rubbish(3))).toEqual(['a', ['old']])
    expect(sidOf(0, before('a', NOW), ...rubbish(4))).toEqual({ status: 'rejected', reason: 'malformed' })
  })
})

describe('stale sessions, and their companions', () => {
  it('are opened once each, however many come: four of both at the most', () => {
    const settings = settingsFrom({ keys: SECRET })
    const seal = (purpose: string, sid: string) =>
      sealToken(
        plaintextOf({}, { sid, sat: NOW - 100_000, iat: NOW - 90_000, exp: NOW + 60 }),
        tokenKeysFor(purpose).active(NOW) as TokenKey,
      )
    const ids = ['A', 'B', 'C', 'D', 'E', 'F']
    const cookies = ids.flatMap((sid) => [
      `session=${seal('cookie/session', sid)}`,
      `session.seen=${seal('seen/session', sid)}`,
    ])
    const opened = vi.spyOn(settings.keys, 'active')
    const companions = vi.spyOn(settings.activityKeys, 'active')
    expect(load(cookies.join('; '), ['session'], settings, NOW)).toMatchObject({ status: 'rejected', reason: 'idle' })
    expect([opened.mock.calls.length, companions.mock.calls.length]).toEqual([4, 4])
  })
})

describe('a check by validate', () => {
  it('is due with every request where no time is kept, also when one of the future was kept before', () => {
    for (const checked of [undefined, NOW - 60, NOW, NOW + 60]) expect(isDueForCheck(checked, 0, NOW)).toBe(true)
  })

  it('is due when its time is over, and not before', () => {
    expect([NOW - 59, NOW - 60, undefined].map((checked) => isDueForCheck(checked, 60, NOW))).toEqual([
      false,
      true,
      true,
    ])
  })
})
