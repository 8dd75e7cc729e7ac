import { describe, expect, it } from 'vitest'
import { type CookieProfile, type CookieSettings, cookieSettings } from '../../lib/cookie/attributes.js'
import { attributesFrom, type CookieOptions } from '../../lib/options/cookie-options.js'

function settings(cookie: CookieOptions = {}): CookieSettings {
  return cookieSettings('session', attributesFrom(cookie))
}

/** The attributes that are sent, in any order. */
function sent({ suffix }: CookieProfile): string[] {
  const [beforeFirst, ...attributes] = suffix.split('; ')
  expect(beforeFirst).toBe('')
  return attributes.sort()
}

function refused(message: string | RegExp): unknown {
  return expect.objectContaining({ code: 'ERR_SESSION_OPTIONS', message: expect.stringMatching(message) })
}

describe('by default', () => {
  it('over HTTPS the cookie is Secure and bound to the host and its responses by __Host-Http-', () => {
    const { overHttps } = settings()
    expect(overHttps.name).toBe('__Host-Http-session')
    expect(sent(overHttps)).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  it('over plain HTTP it has neither, since a browser would refuse it', () => {
    const { overHttp } = settings()
    expect(overHttp.name).toBe('session')
    expect(sent(overHttp)).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax'])
  })

  it('the attributes can be read back, as the session shows them', () => {
    const attributes = {
      path: '/',
      domain: undefined,
      httpOnly: true,
      sameSite: 'lax',
      partitioned: false,
      priority: undefined,
    }
    expect(settings().overHttps.attributes).toEqual({ ...attributes, secure: true })
    expect(settings().overHttp.attributes).toEqual({ ...attributes, secure: false })
  })
})

describe('secure', () => {
  it("true is always Secure and prefixed, whatever the request's protocol", () => {
    const { secure, overHttps, overHttp } = settings({ secure: true })
    expect(secure).toBe(true)
    expect(overHttp).toEqual(overHttps)
    expect(overHttp.name).toBe('__Host-Http-session')
    expect(sent(overHttp)).toContain('Secure')
  })

  it('false is never, not even over HTTPS', () => {
    const { secure, overHttps, overHttp } = settings({ secure: false })
    expect(secure).toBe(false)
    expect(overHttps).toEqual(overHttp)
    expect(overHttps.name).toBe('session')
    expect(sent(overHttps)).not.toContain('Secure')
  })

  it('is "auto" unless it is said otherwise', () => {
    expect(settings().secure).toBe('auto')
  })
})

describe('the prefix', () => {
  it('is __Host- where scripts may see the cookie, as browsers refuse __Host-Http- then', () => {
    expect(settings({ httpOnly: false }).overHttps.name).toBe('__Host-session')
    expect(settings({ httpOnly: false, domain: 'example.com' }).overHttps.name).toBe('__Secure-session')
  })

  it('can be left out, for hosts that pass on one name only, and the cookie is Secure all the same', () => {
    const { overHttps, overHttp } = settings({ prefix: false })
    expect([overHttps.name, overHttp.name]).toEqual(['session', 'session'])
    expect([sent(overHttps).includes('Secure'), sent(overHttp).includes('Secure')]).toEqual([true, false])
    expect(settings({ prefix: false, secure: true, domain: 'example.com' }).overHttp.name).toBe('session')
  })

  it.each<[CookieOptions]>([
    [{ domain: 'example.com' }],
    [{ path: '/shop' }],
    [{ domain: 'example.com', path: '/shop' }],
  ])('is __Secure- where __Host- is not allowed: %j', (cookie) => {
    expect(settings(cookie).overHttps.name).toBe('__Secure-session')
    expect(settings({ ...cookie, secure: true }).overHttp.name).toBe('__Secure-session')
    expect(settings(cookie).overHttp.name).toBe('session')
  })
})

describe('every attribute that is set', () => {
  it('is sent', () => {
    const cookie: CookieOptions = {
      path: '/shop',
      domain: 'example.com',
      secure: true,
      sameSite: 'none',
      partitioned: true,
      priority: 'high',
    }
    expect(sent(settings(cookie).overHttps)).toEqual([
      'Domain=example.com',
      'HttpOnly',
      'Partitioned',
      'Path=/shop',
      'Priority=High',
      'SameSite=None',
      'Secure',
    ])
  })

  it('is not sent when it is switched off', () => {
    expect(sent(settings({ httpOnly: false, sameSite: 'strict' }).overHttp)).toEqual(['Path=/', 'SameSite=Strict'])
  })
})

describe('SameSite', () => {
  it('can be left out, for browsers that take one that they do not know for Strict', () => {
    const { overHttps } = settings({ sameSite: false })
    expect(sent(overHttps)).toEqual(['HttpOnly', 'Path=/', 'Secure'])
    expect(overHttps.attributes.sameSite).toBe(false)
  })
})

describe('a contradiction is refused, before a browser would drop the cookie without a word:', () => {
  it.each<[string, CookieOptions]>([
    ['sameSite', { sameSite: 'none' }],
    ['sameSite', { sameSite: 'none', secure: false }],
    ['sameSite', { sameSite: 'none', secure: 'auto', partitioned: true }],
    ['partitioned', { partitioned: true }],
    ['partitioned', { partitioned: true, secure: false }],
  ])('cookie.%s without Secure on every request: %j', (attribute, cookie) => {
    expect(() => settings(cookie)).toThrow(refused(`cookie.${attribute}.* needs cookie.secure: true`))
  })

  it('is accepted with secure: true', () => {
    expect(() => settings({ sameSite: 'none', partitioned: true, secure: true })).not.toThrow()
  })

  it.each(['shop', 'https://example.com/', '*', ' /'])('a path that does not begin with a slash: %j', (path) => {
    expect(() => settings({ path })).toThrow(refused(/cookie\.path does not begin with a slash/))
  })
})

describe('an attribute that would break the header is refused:', () => {
  it.each<[CookieOptions]>([
    [{ path: '/a;Domain=evil.example' }],
    [{ path: '/a\r\nX-Evil: 1' }],
    [{ path: '/caf\u00e9' }],
    [{ domain: 'example.com; Path=/evil' }],
    [{ domain: 'https://example.com' }],
    [{ domain: 'example.com:8080' }],
    [{ domain: 'example com' }],
    [{ domain: 'ex\u00e4mple.com' }],
  ])('%j', (cookie) => {
    const message =
      cookie.path === undefined
        ? /^cookie\.domain is not the name of a domain: set one/
        : /^cookie\.path has .*: percent-encode them$/
    expect(() => settings(cookie)).toThrow(refused(message))
  })

  it('one of more than 1024 bytes, which browsers ignore (RFC 6265bis, section 5.6)', () => {
    expect(() => settings({ path: `/${'x'.repeat(1023)}` })).not.toThrow()
    expect(() => settings({ path: `/${'x'.repeat(1024)}` })).toThrow(refused(/cookie\.path is longer than 1024 bytes/))
    expect(() => settings({ path: `/${'ü'.repeat(600)}` })).toThrow(refused(/cookie\.path is longer than 1024 bytes/))
    const domain = `${'x'.repeat(60)}.`.repeat(17)
    expect(() => settings({ domain })).toThrow(refused(/cookie\.domain is longer than 1024 bytes.*shorten it$/))
  })
})
