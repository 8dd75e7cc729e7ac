import { describe, expect, it } from 'vitest'
import { SessionError } from '../../lib/errors.js'
import { CookieView } from '../../lib/session/cookie-view.js'
import { endOf } from '../../lib/session/lifetime.js'
import { newRecord } from '../../lib/session/record.js'

const NOW = 1_700_000_000
const ATTRIBUTES = {
  path: '/',
  domain: undefined,
  httpOnly: true,
  secure: true,
  sameSite: 'lax',
  partitioned: false,
  priority: undefined,
} as const

const TIMEOUTS = { idle: 3600, absolute: 86_400 }

function view({ persistent = true } = {}) {
  const record = newRecord(NOW)
  const end = () => endOf(record, TIMEOUTS, NOW)
  return { record, cookie: new CookieView(record, { timeouts: TIMEOUTS, persistent }, ATTRIBUTES, () => NOW, end) }
}

describe("the cookie's view of a session", () => {
  it.each([
    [1000, 1],
    [1999, 1],
    [90_000, 90],
    [3_600_000, undefined],
    [null, 0],
    [false, 0],
    [undefined, 0],
  ])('takes %s as maxAge, which is the timeout %s in the token', (maxAge, ttl) => {
    const { record, cookie } = view()
    cookie.maxAge = maxAge as number
    expect(record.ttl).toBe(ttl)
  })

  it.each([999, 0, -1000, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 70, '60000', true, new Date(0)])(
    'refuses %s as maxAge, and keeps the one before',
    (maxAge) => {
      const { record, cookie } = view()
      cookie.maxAge = 5000
      expect(() => {
        cookie.maxAge = maxAge as number
      }).toThrow(SessionError)
      expect(record.ttl).toBe(5)
    },
  )

  it('takes a date to expire at, counted from now', () => {
    const { record, cookie } = view()
    cookie.expires = new Date((NOW + 120) * 1000)
    expect([record.ttl, cookie.maxAge, cookie.originalMaxAge]).toEqual([120, 120_000, 120_000])
    cookie.expires = null
    expect([record.ttl, cookie.maxAge, cookie.expires, cookie.originalMaxAge]).toEqual([0, null, null, null])
  })

  it.each([Date.now() + 1000, 60_000, '2030-01-01', new Date('never'), true])(
    'refuses %s to expire at, as a number is no date, and keeps the one before',
    (expires) => {
      const { record, cookie } = view()
      cookie.maxAge = 5000
      expect(() => {
        cookie.expires = expires as Date
      }).toThrow('session.cookie.expires must be a Date that is at least a second ahead, or null')
      expect(record.ttl).toBe(5)
    },
  )

  it('names the property that the session has where a value is refused', () => {
    const common = { timeouts: TIMEOUTS, persistent: true, property: 'login' }
    const cookie = new CookieView(
      newRecord(NOW),
      common,
      ATTRIBUTES,
      () => NOW,
      () => NOW,
    ) as unknown as Record<string, unknown>
    for (const endless of [Number.POSITIVE_INFINITY, Number.MAX_VALUE]) {
      expect(() => (cookie['maxAge'] = endless)).toThrow(/^login\.cookie\.maxAge has no end: set milliseconds, /)
    }
    expect(() => (cookie['maxAge'] = 7)).toThrow(/^login\.cookie\.maxAge must be .*, call login\.destroy\(\)$/)
    for (const value of ['1h', Number.NaN]) {
      expect(() => (cookie['maxAge'] = value)).toThrow(/^login\.cookie\.maxAge must be a number of milliseconds: /)
    }
    expect(() => (cookie['expires'] = 7)).toThrow(/^login\.cookie\.expires must be .*, call login\.destroy\(\)$/)
    expect(() => (cookie['secure'] = true)).toThrow(/^login\.cookie\.secure cannot be set on one session: set /)
  })

  it('takes originalMaxAge for maxAge, as apps written for express-session set it', () => {
    const { record, cookie } = view()
    ;(cookie as { originalMaxAge: number | null }).originalMaxAge = 90_000
    expect([record.ttl, cookie.maxAge, cookie.originalMaxAge]).toEqual([90, 90_000, 90_000])
  })

  describe('where cookies end with the browser', () => {
    it('has no maxAge until the session is given a timeout, even the common one', () => {
      const { record, cookie } = view({ persistent: false })
      expect([cookie.maxAge, cookie.expires, cookie.originalMaxAge]).toEqual([null, null, null])
      cookie.maxAge = TIMEOUTS.idle * 1000
      expect([record.ttl, cookie.maxAge, cookie.originalMaxAge]).toEqual([3600, 3_600_000, 3_600_000])
      cookie.maxAge = null
      expect([record.ttl, cookie.maxAge]).toEqual([undefined, null])
    })
  })

  it('ends no later than the session', () => {
    const { cookie } = view()
    cookie.maxAge = 100 * 86_400_000
    expect(cookie.expires).toEqual(new Date((NOW + 86_400) * 1000))
  })
})
