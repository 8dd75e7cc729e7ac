import { describe, expect, it } from 'vitest'
import { KeyRing } from '../../lib/keys/ring.js'
import { deviceFrom } from '../../lib/options/device.js'
import { DAY, HOUR, MINUTE } from '../support/clock.js'
import { SECRET } from '../support/secrets.js'

const circumstances = {
  name: 'session',
  ring: KeyRing.from(SECRET),
  sealing: { alg: 'dir', enc: 'A256GCM' },
  absoluteTimeout: 7 * DAY,
  cookie: {},
  oneCookie: false,
} as const
const settings = (given: unknown, more: object = {}) => deviceFrom(given, { ...circumstances, ...more })

describe('deviceBound', () => {
  it.each([undefined, false])('is off with %s', (given) => {
    expect(settings(given)).toBeUndefined()
  })

  it.each([true, {}])('has its defaults with %j', (given) => {
    expect(settings(given)).toMatchObject({
      proofTimeout: 10 * MINUTE,
      unboundTimeout: Number.POSITIVE_INFINITY,
      initiators: [],
      enforce: true,
      path: undefined,
    })
  })

  it('takes what it is given', () => {
    const given = {
      proofTimeout: '5m',
      unboundTimeout: 12 * HOUR * 1000,
      initiators: ['app.example.com'],
      enforce: false,
      path: '/shop/.bound/session',
    }
    expect(settings(given)).toMatchObject({ ...given, proofTimeout: 5 * MINUTE, unboundTimeout: 12 * HOUR })
    expect(settings({ proofTimeout: '1h', unboundTimeout: '1m' })).toMatchObject({ proofTimeout: HOUR })
    expect(settings({ unboundTimeout: '7d' })).toMatchObject({ unboundTimeout: 7 * DAY })
  })

  it.each<[string, unknown, string]>([
    ['no object', 'yes', 'must be true, false, or an object'],
    ['null', null, 'must be true, false, or an object'],
    ['a list', [], 'must be true, false, or an object'],
    ['an unknown member', { proofTimeOut: '5m' }, 'did you mean "deviceBound.proofTimeout"'],
    ['"required", which there is not', { required: true }, 'unknown option "deviceBound.required"'],
    ['a proof that is no duration', { proofTimeout: 'soon' }, 'proofTimeout is not a duration'],
    ['a proof of less than 5 minutes', { proofTimeout: '299s' }, "set it between '5m' and '1h'"],
    ['a proof of more than an hour', { proofTimeout: '61m' }, "set it between '5m' and '1h'"],
    ['less than a minute without a key', { unboundTimeout: '59s' }, "at least '1m'"],
    ['longer without a key than a session lives', { unboundTimeout: '8d' }, 'is longer than absoluteTimeout'],
    ['hosts that are no list', { initiators: 'app.example.com' }, 'must be an array of hosts'],
    ['every host', { initiators: ['*'] }, 'takes no wildcard'],
    ['a wildcard', { initiators: ['*.example.com'] }, 'takes no wildcard'],
    ['a URL for a host', { initiators: ['https://app.example.com'] }, 'without scheme, port or path: set'],
    ['a host with a port', { initiators: ['app.example.com:8080'] }, 'without scheme, port or path: set'],
    ['a host with a path', { initiators: ['app.example.com/'] }, 'without scheme, port or path: set'],
    ['a host that is no text', { initiators: [undefined] }, 'without scheme, port or path: set'],
    ['enforce that is no boolean', { enforce: 'yes' }, 'enforce must be true or false'],
    ['a path without a slash', { path: '.bound/session' }, 'ends in "/.bound/session"'],
    ['a path with a query', { path: '/a?b/.bound/session' }, 'ends in "/.bound/session"'],
    ['a path with a fragment', { path: '/a#b/.bound/session' }, 'ends in "/.bound/session"'],
    [
      'a path with a quote, which the header could not hold',
      { path: '/a"b/.bound/session' },
      'ends in "/.bound/session"',
    ],
    ['the path of another host', { path: '//evil/.bound/session' }, 'ends in "/.bound/session"'],
    ['the path of another cookie', { path: '/.bound/admin' }, 'ends in "/.bound/session"'],
  ])('is an error with %s', (_what, given, message) => {
    expect(() => settings(given)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OPTIONS' }))
    expect(() => settings(given)).toThrow(message)
  })

  it.each<[string, object, string]>([
    ['cookie.domain', { cookie: { domain: 'example.com' } }, 'cookie.domain'],
    ['cookie.secure: false', { cookie: { secure: false } }, 'cookie.secure'],
    ['cookie.partitioned', { cookie: { partitioned: true, secure: true } }, 'partitioned'],
    ['oneCookie', { oneCookie: true }, 'oneCookie'],
  ])('is an error together with %s', (_what, more, message) => {
    expect(() => settings(true, more)).toThrow(message)
    expect(settings(false, more)).toBeUndefined()
  })

  it('is an error with a path where browsers do not send the cookie', () => {
    const at = (path: string, scope: string) => settings({ path }, { cookie: { path: scope } })?.path
    for (const [path, scope] of [
      ['/.bound/session', '/shop'],
      ['/shopping/.bound/session', '/shop'],
    ] as const) {
      expect(() => at(path, scope)).toThrow(
        `deviceBound.path "${path}" is outside of cookie.path "/shop", so no session would be bound: set a path below it`,
      )
    }
    expect(at('/shop/.bound/session', '/shop')).toBe('/shop/.bound/session')
    expect(at('/shop/.bound/session', '/shop/')).toBe('/shop/.bound/session')
  })
})
