import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import session from '../../lib/index.js'
import { type SealedSessionOptions, sealedSession } from '../../lib/migrate/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import type { SessionOptions } from '../../lib/options/session-options.js'
import { requestCookie } from '../../lib/request/request-cookie.js'
import { RequestSession } from '../../lib/request/request-session.js'
import { SECRET } from '../support/secrets.js'

afterEach(() => vi.unstubAllEnvs())

const HTTPS = { secure: true, known: true }
const HTTP = { secure: false, known: true }
const UNKNOWN = { secure: false, known: false }

function cookieOf(security: typeof HTTPS, header?: string, options: SessionOptions = {}, environment = 'development') {
  vi.stubEnv('NODE_ENV', environment)
  const settings = settingsFrom({ keys: SECRET, ...options })
  const { names, profile, held, refused } = requestCookie(settings.cookieFor(undefined), security, settings, header)
  return { names, sent: profile.name, held: held.map(({ name }) => name), refused }
}

describe('the cookie of a request', () => {
  it.each([
    ['over HTTPS', HTTPS, 'production', ['__Host-Http-session'], '__Host-Http-session', ['__Host-Http-session'], false],
    ['over HTTP in development', HTTP, 'development', ['session'], 'session', ['session'], false],
    ['over HTTP in production', HTTP, 'production', [], 'session', ['session'], true],
    [
      'of which nobody knows, in production',
      UNKNOWN,
      'production',
      ['__Host-Http-session'],
      'session',
      ['__Host-Http-session'],
      true,
    ],
    [
      'of which nobody knows, in development',
      UNKNOWN,
      'development',
      ['session', '__Host-Http-session'],
      'session',
      ['session'],
      false,
    ],
  ] as const)('%s', (_how, security, environment, names, sent, held, refused) => {
    expect(cookieOf(security, undefined, {}, environment)).toEqual({ names, sent, held, refused })
  })

  it.each([
    ['__Host-Http-session=1', ['__Host-Http-session']],
    ['session=1', ['session']],
    ['__Host-Http-session=1; session=2', ['session', '__Host-Http-session']],
    ['a=1', ['session']],
  ])('of which nobody knows is held by the browser as it came: %s', (header, held) => {
    expect(cookieOf(UNKNOWN, header).held).toEqual(held)
  })

  it.each([
    [HTTPS, 'production', ['session'], false],
    [HTTP, 'production', [], true],
    [UNKNOWN, 'production', ['session'], true],
    [HTTP, 'development', ['session'], false],
    [UNKNOWN, 'development', ['session'], false],
  ])(
    'is looked for once under its very name where it has no prefix: %j in %s',
    (security, environment, names, refused) => {
      const cookie = { prefix: false }
      expect(cookieOf(security, undefined, { cookie }, environment)).toMatchObject({ names, sent: 'session', refused })
    },
  )

  it('has none in production where the app wants it Secure, and the request is known not to be', () => {
    const cookie = { secure: true }
    expect(cookieOf(HTTP, undefined, { cookie }, 'production')).toMatchObject({ names: [], refused: true })
    const inDevelopment = { names: ['__Host-Http-session'], sent: '__Host-Http-session', refused: false }
    expect(cookieOf(HTTP, undefined, { cookie })).toMatchObject(inDevelopment)
  })

  it.each([true, 'assume', false] as const)('has one name where the app has decided about Secure: %s', (secure) => {
    const name = secure ? '__Host-Http-session' : 'session'
    for (const security of [HTTPS, UNKNOWN, ...(secure === true ? [] : [HTTP])]) {
      expect(cookieOf(security, undefined, { cookie: { secure } }, 'production')).toEqual({
        names: [name],
        sent: name,
        held: [name],
        refused: false,
      })
    }
  })

  it('goes by how the request came, also when the client has gone since', () => {
    const req = { headers: {}, socket: { encrypted: true } }
    const settings = settingsFrom({ keys: SECRET })
    const session = new RequestSession(settings, req as unknown as IncomingMessage, {} as ServerResponse)
    Object.assign(req, { socket: null })
    expect(session.cookie.profile.name).toBe('__Host-Http-session')
  })
})

describe('the former cookies of a request', () => {
  function formerOf(security: typeof HTTPS, scopes: SealedSessionOptions[], cookie: SessionOptions['cookie'] = {}) {
    const migrateFrom = scopes.map((scope) => sealedSession(scope))
    const settings = settingsFrom({ keys: SECRET, cookie, migrateFrom })
    const { former } = requestCookie(settings.cookieFor(undefined), security, settings, undefined)
    return former.map(({ names, profiles, strength }) => [names, profiles.map(({ name }) => name), strength])
  }

  it('are looked for under each name once, and not under one of today', () => {
    const scopes = [{ name: 'old' }, { name: 'old', path: '/app' }, { path: '/app' }]
    expect(formerOf(HTTP, scopes)).toEqual([
      [['old'], ['old'], 0],
      [[], ['old'], 0],
      [[], ['session'], 0],
    ])
  })

  it('are none that is, on this request, the cookie of today', () => {
    expect(formerOf(HTTP, [{ prefix: false }])).toEqual([])
    expect(formerOf(HTTPS, [{ prefix: false }])).toEqual([[['session'], ['session'], -3]])
    expect(formerOf(UNKNOWN, [{ secure: true }])).toEqual([])
  })

  it.each<[SealedSessionOptions, SessionOptions['cookie'], number]>([
    [{ httpOnly: false }, {}, -1],
    [{ path: '/app' }, {}, -2],
    [{ path: '/app' }, { httpOnly: false }, -1],
    [{ prefix: false }, { path: '/app' }, -1],
    [{ name: 'old' }, {}, 0],
    [{ path: '/' }, { path: '/app' }, 2],
    [{ prefix: true }, { prefix: false }, 3],
  ])('are as much harder to plant as their prefix keeps out more: %j, where today is %j', (scope, cookie, strength) => {
    expect(formerOf(HTTPS, [scope], cookie)).toEqual([[expect.anything(), expect.anything(), strength]])
  })
})

describe('a session of which nobody knows how it came', () => {
  const sessions = session<{ user: string }>({ keys: SECRET })
  const plain = (user: string) => sessions.seal({ user }, { secure: false }).cookie
  const prefixed = (user: string) => sessions.seal({ user }, { secure: true }).cookie
  const userOf = (cookie: string) => sessions.open({ headers: { cookie } } as IncomingMessage).session?.user

  it('is the plain one where both came, as that is what is written', () => {
    expect(userOf(`${prefixed('Eve')}; ${plain('Ada')}`)).toBe('Ada')
  })

  it('is among the first four of both names', () => {
    const wrong = (count: number, name: string) => Array(count).fill(`${name}=rubbish`).join('; ')
    expect(userOf(`${wrong(3, 'session')}; ${prefixed('Ada')}`)).toBe('Ada')
    expect(userOf(`${wrong(4, 'session')}; ${prefixed('Ada')}`)).toBeUndefined()
  })
})
