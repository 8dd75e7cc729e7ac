import { describe, expect, it, vi } from 'vitest'
import session, { type SessionEvent, type SessionOptions } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { load } from '../../lib/request/load.js'
import { isDueForCheck } from '../../lib/request/validate.js'
import type { TokenKey, TokenKeys } from '../../lib/token/key.js'
import { seal as sealToken } from '../../lib/token/seal.js'
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
    // Which of several stands for all does not depend on what else is refused.
    expect(received(`session=rubbish; ${tampered}`).loaded).toEqual({ status: 'rejected', reason: 'malformed' })
    expect(received(`${tampered}; session=rubbish`).events).toEqual(rejected('tampered', { kid }))
    const { loaded, events } = received('session=rubbish')
    expect(loaded).toEqual({ status: 'rejected', reason: 'malformed' })
    expect(events).toStrictEqual(rejected('malformed'))
  })
})

describe('a session whose data have the name of a member', () => {
  it('is malformed, as whoever sealed it did not know that name', () => {
    const key = tokenKeysFor('cookie/session').active(NOW) as TokenKey
    const token = sealToken(plaintextOf({ save: 1 }, { sid: 'A', sat: NOW, iat: NOW, exp: NOW + 60 }), key)
    expect(received(`session=${token}`)).toEqual({
      loaded: { status: 'rejected', reason: 'malformed' },
      events: [{ type: 'rejected', name: 'session', reason: 'malformed', kid: key.kid }],
    })
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
