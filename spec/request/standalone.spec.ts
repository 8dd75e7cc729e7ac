import { describe, expect, it, vi } from 'vitest'
import session, { type CookieOptions } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'

it.each([
  [true, 'seal() takes its options as an object'],
  [{ sekure: true }, 'unknown option "sekure" of seal(): did you mean "secure"?'],
  // What is said of the options of session() would not help here.
  [{ ttl: '1h' }, 'unknown option "ttl" of seal(): the options are "secure", "req"'],
])('seal(data, %j) is an error', (how, message) => {
  expect(() => session({ keys: SECRET }).seal({}, how as never)).toThrow(message)
})

describe('a session that is sealed without a response', () => {
  const nameOf = (secure: CookieOptions['secure'], how?: { secure?: boolean }) =>
    session({ keys: SECRET, cookie: { secure } }).seal({}, how).name

  it.each<[string, CookieOptions['secure'], string]>([
    ['production', 'auto', '__Host-Http-session'],
    ['production', true, '__Host-Http-session'],
    ['production', 'assume', '__Host-Http-session'],
    ['production', false, 'session'],
    ['development', 'auto', 'session'],
    ['development', true, '__Host-Http-session'],
    ['development', 'assume', '__Host-Http-session'],
    ['development', false, 'session'],
  ])('is for HTTPS or not as cookie.secure says: in %s with %j it is %s', (environment, secure, name) => {
    vi.stubEnv('NODE_ENV', environment)
    expect(nameOf(secure)).toBe(name)
  })

  it('is for HTTPS or not as the call says, where cookie.secure leaves it to the request', () => {
    expect([nameOf('auto', { secure: true }), nameOf('auto', { secure: false })]).toEqual([
      '__Host-Http-session',
      'session',
    ])
  })

  it.each(['auto', true] as const)('is refused for plain HTTP in production with cookie.secure %j', (secure) => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => nameOf(secure, { secure: false })).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_INSECURE',
        message:
          'seal() was given secure: false, but in production a session is for HTTPS only: leave "secure" out. ' +
          'To allow plain HTTP, set cookie: { secure: false } in session()',
      }),
    )
  })
})
