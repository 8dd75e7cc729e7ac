import { parseSetCookie } from 'cookie'
import { describe, expect, it } from 'vitest'
import { cookieSettings } from '../../lib/cookie/attributes.js'
import { clearCookie, setCookie, withSetCookie } from '../../lib/cookie/write.js'
import { checkAttributes } from '../../lib/options/cookie-options.js'
import { DAY } from '../support/clock.js'

const TOKEN = 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn'
const { overHttps, overHttp } = cookieSettings('session', checkAttributes({}))

describe('a cookie that is set', () => {
  it('is a name, the token as it is, and the attributes', () => {
    expect(parseSetCookie(setCookie(overHttps, TOKEN, 3600))).toEqual({
      name: '__Host-session',
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
  const { overHttps: profile } = cookieSettings('session', checkAttributes({ ...options, priority: 'high' }))

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

describe('our line among the Set-Cookie headers of others', () => {
  const ours = 'session=new; Path=/'

  it('is a string when it is the only one, not an array of one', () => {
    expect(withSetCookie(undefined, 'session', ours)).toBe(ours)
    expect(withSetCookie([], 'session', ours)).toBe(ours)
  })

  it('comes behind those that are there, which stay as they are', () => {
    expect(withSetCookie('theme=dark', 'session', ours)).toEqual(['theme=dark', ours])
    expect(withSetCookie(['a=1; Path=/', 'b=2'], 'session', ours)).toEqual(['a=1; Path=/', 'b=2', ours])
  })

  it('stands in the place of one of our name, so that the name appears once (RFC 6265, section 4.1.1)', () => {
    expect(withSetCookie('session=old', 'session', ours)).toBe(ours)
    expect(withSetCookie(['session=old; Path=/', 'a=1', 'session=older'], 'session', ours)).toEqual(['a=1', ours])
  })

  it('leaves cookies alone whose names only look like ours', () => {
    const others = ['session2=1', '__Host-session=2', 'Session=3', 'a=session=4', 'session.sig=5']
    expect(withSetCookie(others, 'session', ours)).toEqual([...others, ours])
  })

  it('does not change the array that it was given', () => {
    const others = ['session=old', 'a=1']
    withSetCookie(others, 'session', ours)
    expect(others).toEqual(['session=old', 'a=1'])
  })

  it('takes a header that somebody set to a number', () => {
    expect(withSetCookie(7, 'session', ours)).toEqual(['7', ours])
  })
})
