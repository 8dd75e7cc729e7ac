import { describe, expect, it, vi } from 'vitest'
import type { FoundSession } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { type Arrival, type MovedSession, migrate, removals } from '../../lib/request/migrate.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { sourceOf } from '../../lib/token/claims.js'
import { SECRET } from '../support/secrets.js'

const { overHttp: ours } = settingsFrom({ keys: SECRET }).cookieFor(undefined)

describe('the removal of a cookie of another package', () => {
  it.each(['__Host-Http-sid', '__Http-sid', '__host-http-sid'])(
    'is HttpOnly as well where browsers ask that of the name: %s',
    (name) => {
      expect(removals([{ name }], ours)).toEqual([
        { name, line: `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; Secure` },
      ])
    },
  )

  it.each(['__Host-sid', '__Secure-sid', '__host-sid', '__SECURE-sid'])(
    'is Secure where browsers ask it of the name, whose prefix they know in any case: %s',
    (name) => {
      expect(removals([{ name }], ours)).toEqual([
        { name, line: `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure` },
      ])
    },
  )

  it.each(['sid', '__sid', 'x__Host-sid', 'x__Http-sid', '__Hostess'])(
    'is not Secure where the name is any other: %s',
    (name) => {
      expect(removals([{ name }], ours)).toEqual([
        { name, line: `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/` },
      ])
    },
  )

  it('has the path and the domain that it was set with, both at once', () => {
    expect(removals([{ name: 'sid', path: '/app', domain: 'example.test' }], ours)[0]?.line).toMatch(
      /GMT; Domain=example\.test; Path=\/app$/,
    )
  })
})

describe('a cookie of another package that browsers take for ours', () => {
  it('is not removed, as ours takes its place: one of the same name, path and domain', () => {
    expect(removals([{ name: 'session' }, { name: 'session', path: '/' }], ours)).toEqual([])
  })

  it.each([{ name: 'sid' }, { name: 'session', path: '/old' }, { name: 'session', domain: 'example.com' }])(
    'is none of another name, path or domain: %j',
    (cookie) => {
      expect(removals([cookie], ours)).toHaveLength(1)
    },
  )
})

describe('a session of another package', () => {
  const NOW = 1_767_225_600

  /** What stands for the cookies of a session that moved in, or 'none' if none did. */
  function movedIn(found: Partial<FoundSession>, more: Partial<Arrival> = {}, production = false): unknown {
    const read = () => ({ data: { user: 'Ada' }, ...found }) as FoundSession
    const settings = { ...settingsFrom({ keys: SECRET, migrateFrom: [{ from: 'test', read }] }), production }
    const adopt = vi.fn<(moved: MovedSession) => void>()
    const req = { headers: { cookie: 'sid=1; sid.sig=2' } } as Arrival['req']
    const security = { secure: false, known: true }
    const cookie = requestCookie(settings.cookieFor(undefined), security, settings, req.headers.cookie)
    expect(
      migrate({ req, loaded: { status: 'none' }, cookie, now: () => NOW, adopt, ...more }, settings),
    ).toBeUndefined()
    const [call] = adopt.mock.calls
    return call ? call[0].record.src : 'none'
  }

  it('is known again by the cookies that it came in, or by what its reader has accepted of them', () => {
    expect(movedIn({ cookies: [{ name: 'sid' }, { name: 'sid.sig' }] })).toBe(sourceOf(['1', '2']))
    expect(movedIn({ cookies: [{ name: 'sid' }], accepted: ['2'] })).toBe(sourceOf(['2']))
  })

  it.each<[string, Partial<FoundSession>]>([
    ['its reader names no cookies', {}],
    ['none of its cookies came', { cookies: [{ name: 'other' }] }],
    ['its reader has accepted none', { cookies: [{ name: 'sid' }], accepted: [] }],
  ])('is not known again where %s', (_why, found) => {
    expect(movedIn(found)).toBeUndefined()
  })

  it('does not move in where our cookie could not be sent, as over plain HTTP in production', () => {
    expect(movedIn({}, {}, true)).toBe('none')
  })
})
