import { parseSetCookie } from 'cookie'
import { describe, expect, it } from 'vitest'
import { cookieSettings } from '../../lib/cookie/attributes.js'
import { clearCookie, setCookie, withSetCookies } from '../../lib/cookie/header.js'
import { attributesFrom } from '../../lib/options/cookie-options.js'
import { DAY } from '../support/clock.js'

const TOKEN = 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn'
const { overHttps, overHttp } = cookieSettings('session', attributesFrom({}))

describe('a cookie that is set', () => {
  it('is a name, the token as it is, and the attributes', () => {
    expect(parseSetCookie(setCookie(overHttps, TOKEN, 3600))).toEqual({
      name: '__Host-Http-session',
      value: TOKEN,
      maxAge: 3600,
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
    })
  })

  it('has no Expires beside Max-Age, since bytes count', () => {
    expect(setCookie(overHttps, TOKEN, 3600)).not.toContain('Expires')
  })

  it('has neither when it ends with the browser', () => {
    const line = setCookie(overHttp, TOKEN, undefined)
    expect(line).not.toMatch(/Max-Age|Expires/)
    expect(parseSetCookie(line)).toMatchObject({ name: 'session', value: TOKEN, path: '/', sameSite: 'lax' })
  })

  it('lives for at most 400 days, as browsers have it (RFC 6265bis, section 5.5)', () => {
    expect(parseSetCookie(setCookie(overHttps, TOKEN, 400 * DAY)).maxAge).toBe(34_560_000)
    expect(parseSetCookie(setCookie(overHttps, TOKEN, 400 * DAY + 1)).maxAge).toBe(34_560_000)
    expect(parseSetCookie(setCookie(overHttps, TOKEN, 400 * DAY - 1)).maxAge).toBe(34_559_999)
  })
})

describe('a cookie that is cleared', () => {
  const options = { path: '/shop', domain: 'example.com', sameSite: 'none', secure: true, partitioned: true } as const
  const { overHttps: profile } = cookieSettings('session', attributesFrom({ ...options, priority: 'high' }))

  it('is empty, and over by Max-Age and by Expires', () => {
    const cleared = parseSetCookie(clearCookie(profile))
    expect(cleared).toMatchObject({ name: '__Secure-session', value: '', maxAge: 0 })
    expect(cleared.expires?.getTime()).toBe(0)
  })

  it('has the attributes with which it was set, or the browser would keep it', () => {
    const { value: _, maxAge: __, ...set } = parseSetCookie(setCookie(profile, TOKEN, 60))
    expect(set).toMatchObject({ path: '/shop', domain: 'example.com', sameSite: 'none', secure: true })
    expect(parseSetCookie(clearCookie(profile))).toMatchObject(set)
  })
})

describe('a line among the Set-Cookie headers of the app', () => {
  const line = 'session=new; Path=/'
  const ours = [{ name: 'session', line }]

  it('is a string when it is the only one, not an array of one', () => {
    expect(withSetCookies(undefined, ours)).toBe(line)
    expect(withSetCookies([], ours)).toBe(line)
  })

  it('comes after those that are there, which stay as they are', () => {
    expect(withSetCookies('theme=dark', ours)).toEqual(['theme=dark', line])
    expect(withSetCookies(['a=1; Path=/', 'b=2'], ours)).toEqual(['a=1; Path=/', 'b=2', line])
  })

  it('replaces one of the same name, so that the name appears once (RFC 6265, section 4.1.1)', () => {
    expect(withSetCookies('session=old', ours)).toBe(line)
    expect(withSetCookies(['session=old; Path=/', 'a=1', 'session=older'], ours)).toEqual(['a=1', line])
  })

  it('may be two of one name, as with another path or domain it is another cookie', () => {
    const other = { name: 'session', line: 'session=; Max-Age=0; Domain=example.com; Path=/' }
    expect(withSetCookies(['a=1', 'session=old'], [...ours, other])).toEqual(['a=1', line, other.line])
  })

  it('leaves cookies alone whose names are only similar', () => {
    const others = ['session2=1', '__Host-Http-session=2', 'Session=3', 'a=session=4', 'session.sig=5']
    expect(withSetCookies(others, ours)).toEqual([...others, line])
  })

  it('does not change the array that it was given', () => {
    const others = ['session=old', 'a=1']
    withSetCookies(others, ours)
    expect(others).toEqual(['session=old', 'a=1'])
  })

  it('takes a header that the app set to a number', () => {
    expect(withSetCookies(7, ours)).toEqual(['7', line])
  })
})
