import express from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { Browser } from '../support/browser.js'
import { DAY, startClock, stopClock } from '../support/clock.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
const MINUTE = 60_000

function made(options: SessionOptions): string[] {
  session({ keys: SECRET, ...options })
  return warnings.messages()
}

// A second must not end between setting a lifetime and reading it.
beforeEach(stopClock)
afterEach(startClock)

describe('a number of milliseconds that was meant as seconds', () => {
  it.each<[string, SessionOptions, string]>([
    [
      'an hour',
      { cookie: { maxAge: 3600 } },
      "cookie.maxAge is 3600 milliseconds (3.6 s): if seconds were meant, set '1h' or 3600000",
    ],
    [
      'a day',
      { idleTimeout: 86_400 },
      "idleTimeout is 86400 milliseconds (86.4 s): if seconds were meant, set '1d' or 86400000",
    ],
    [
      'half a minute less than two',
      { cookie: { maxAge: 59_999 } },
      "cookie.maxAge is 59999 milliseconds (59.999 s): if seconds were meant, set '59999s' or 59999000",
    ],
    [
      'two weeks',
      { cookie: { maxAge: 1_209_600 } },
      "cookie.maxAge is 1209600 milliseconds (1209.6 s): if seconds were meant, set '14d' or 1209600000, " +
        "and absoluteTimeout: '14d' in session()",
    ],
    [
      'two weeks, where a session may last for as long',
      { cookie: { maxAge: 1_209_600 }, absoluteTimeout: '14d' },
      "cookie.maxAge is 1209600 milliseconds (1209.6 s): if seconds were meant, set '14d' or 1209600000",
    ],
    [
      'a week',
      { absoluteTimeout: 604_800 },
      "absoluteTimeout is 604800 milliseconds (604.8 s): if seconds were meant, set '7d' or 604800000",
    ],
    [
      'half an hour',
      { validate: () => true, validateEvery: 1800 },
      "validateEvery is 1800 milliseconds (1.8 s): if seconds were meant, set '30m' or 1800000",
    ],
  ])('is a warning that names the right number: %s', (_what, options, message) => {
    expect(made(options)).toEqual([message])
    expect(warnings.codes()).toEqual(['SESSION_WARN_MAX_AGE'])
  })

  it.each<[string, SessionOptions]>([
    ['text', { cookie: { maxAge: '3s' } }],
    ['text for all', { idleTimeout: '3s', absoluteTimeout: '9s', validate: () => true, validateEvery: '2s' }],
    ['a minute', { idleTimeout: MINUTE }],
    ['a day', { cookie: { maxAge: DAY * 1000 } }],
    ['minutes that are a number of days in seconds, too', { cookie: { maxAge: 144 * MINUTE } }],
    ['nothing', {}],
    ['a session that ends with the browser', { cookie: { maxAge: null } }],
    ['a check every few seconds', { validate: () => true, validateEvery: 5000 }],
    ['a check with every request', { validate: () => true, validateEvery: 0 }],
  ])('is not suspected in %s', (_what, options) => {
    expect(made(options)).toEqual([])
  })

  it('is a warning even if it makes the timeouts contradict each other', () => {
    expect(() => made({ idleTimeout: '24h', absoluteTimeout: 604_800 })).toThrow(/raise absoluteTimeout/)
    expect(warnings.codes()).toEqual(['SESSION_WARN_MAX_AGE'])
  })

  it('is not a warning in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(made({ cookie: { maxAge: 3600 } })).toEqual([])
  })
})

describe('validateEvery', () => {
  it('is a warning if it is as long as any session lives, as it then never comes', () => {
    expect(made({ validate: () => true, validateEvery: '30d' })).toEqual([
      'validateEvery is 30d, but a session ends after absoluteTimeout (7d), so it is validated once: ' +
        'shorten validateEvery, or raise absoluteTimeout',
    ])
  })
})

describe('a timeout that is longer than browsers keep a cookie', () => {
  it('is warned about', () => {
    expect(made({ idleTimeout: '730d', absoluteTimeout: '1000d' })).toEqual([
      'idleTimeout is 730d, but browsers keep a cookie for 400 days at most: shorten it',
    ])
  })

  it('is not a warning at 400 days, or if it is absoluteTimeout', () => {
    expect(made({ idleTimeout: '400d', absoluteTimeout: '1000d' })).toEqual([])
  })

  it('is a warning as the lifetime of one session', async () => {
    await living((cookie) => (cookie.maxAge = 500 * DAY * 1000), { absoluteTimeout: '1000d' })
    expect(warnings.messages()).toEqual([
      'session.cookie.maxAge is 500d (POST /login), but browsers keep a cookie for 400 days at most: shorten it',
    ])
  })
})

/** Lets the session of a log-in live as `act` says, and returns what was answered. */
async function living(act: (cookie: Any) => unknown, options: SessionOptions = {}): Promise<Any> {
  const app = express()
  app.use(session({ keys: SECRET, ...options }))
  app.post('/login', (req: Any, res) => {
    req.session.user = 'Ada'
    act(req.session.cookie)
    res.json(req.session.cookie.maxAge)
  })
  app.use(((error, _req, res, _next) => {
    res.json(error.message)
  }) satisfies express.ErrorRequestHandler)
  return (await new Browser(app).post('/login')).body
}

describe("a session's own lifetime", () => {
  it('beyond the absolute end is a warning that says what it is capped to', async () => {
    const left = await living((cookie) => (cookie.maxAge = 30 * DAY * 1000))
    expect(left).toBe(7 * DAY * 1000)
    expect(warnings.codes()).toEqual(['SESSION_WARN_MAX_AGE'])
    expect(warnings.messages()).toEqual([
      'session.cookie.maxAge is 30d (POST /login), but the session ends after absoluteTimeout (7d), ' +
        'so it is capped to 7d: raise absoluteTimeout',
    ])
  })

  it('beyond the absolute end by a Date is a warning', async () => {
    await living((cookie) => (cookie.expires = new Date(Date.now() + 30 * DAY * 1000)))
    expect(warnings.messages().join()).toMatch(/^session\.cookie\.expires is \d.* so it is capped to 7d: raise abs/)
  })

  it('that is a point in time is a warning that says what to give', async () => {
    await living((cookie) => (cookie.maxAge = Date.now() + DAY * 1000))
    expect(warnings.messages().join()).toMatch(/: set milliseconds from now$/)
  })

  it.each([
    [
      'maxAge',
      (cookie: Any) => (cookie.maxAge = 3600),
      /^session\.cookie\.maxAge is 3600 milliseconds from now .*set 3600000$/,
    ],
    ['maxAge of days', (cookie: Any) => (cookie.maxAge = 604_800), /if seconds were meant, set 604800000$/],
    [
      'maxAge that the absolute timeout would cap',
      (cookie: Any) => (cookie.maxAge = 2_592_000),
      /set 2592000000, and absoluteTimeout: '30d' in session\(\)$/,
    ],
    [
      'expires that the absolute timeout would cap',
      (cookie: Any) => (cookie.expires = new Date(Date.now() + 2_592_000)),
      /, and absoluteTimeout: '30d' in session\(\)$/,
    ],
    [
      'expires',
      (cookie: Any) => (cookie.expires = new Date(Date.now() + 3600)),
      /set new Date\(Date\.now\(\) \+ \d{7}\)$/,
    ],
    [
      'expires in days',
      (cookie: Any) => (cookie.expires = new Date(Date.now() + 86_400)),
      /new Date\(Date\.now\(\) \+ \d{8}\)$/,
    ],
  ])('in seconds as %s is a warning that names the right value', async (_name, act, message) => {
    await living(act)
    expect(warnings.codes()).toEqual(['SESSION_WARN_MAX_AGE'])
    expect(warnings.messages()[0]).toMatch(message)
  })

  it.each([
    ['a day', (cookie: Any) => (cookie.maxAge = DAY * 1000)],
    ['as long as the absolute timeout', (cookie: Any) => (cookie.maxAge = 7 * DAY * 1000)],
    ['a Date', (cookie: Any) => (cookie.expires = new Date(Date.now() + DAY * 1000))],
    ['until the browser closes', (cookie: Any) => (cookie.expires = false)],
    ['until the browser closes, as null', (cookie: Any) => (cookie.maxAge = null)],
  ])('is not a warning as %s', async (_what, act) => {
    await living(act)
    expect(warnings.messages()).toEqual([])
  })

  it.each([
    ['the past', new Date(0)],
    ['a Date of seconds', new Date(Math.floor(Date.now() / 1000) + 3600)],
    ['an invalid Date', new Date('soon')],
    ['text', 'tomorrow'],
  ])('refuses %s as expires, and the message says how to end a session', async (_what, date) => {
    expect(await living((cookie) => (cookie.expires = date))).toBe(
      'session.cookie.expires must be a Date that is at least a second ahead, or null: ' +
        'to end a session, call session.destroy()',
    )
  })

  it('is a warning in development only', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    await living((cookie) => (cookie.maxAge = 3600), { cookie: { secure: false } })
    expect(warnings.messages()).toEqual([])
  })
})
