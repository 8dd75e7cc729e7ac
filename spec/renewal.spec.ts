import type { RequestListener } from 'node:http'
import type { Express } from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { KeyRing, type SessionEvent, type SessionOptions } from '../lib/index.js'
import { appWith } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, HOUR, MINUTE, START, startClock, stopClock } from './support/clock.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { base64url } from './support/tokens.js'

type Any = any

beforeEach(stopClock)
afterEach(startClock)

function routes(app: Express): void {
  app.get('/fill', (req: Any, res) => {
    req.session.text = ''
    // As much as fits, to the byte.
    while (req.session.size.remaining > 1) req.session.text += 'x'
    res.json(null)
  })
  app.get('/nested', (req: Any, res) => {
    req.session.user = { name: 'Ada' }
    res.json(null)
  })
  app.get('/change', (req: Any, res) => {
    req.session.user = 'Eve'
    res.json(null)
  })
  app.get('/touch', (req: Any, res) => {
    req.session.touch()
    res.json(null)
  })
  app.get('/read', (req: Any, res) => res.json(Object.keys(req.session)))
}

/** The same browser, before and after a deployment. */
function deployed(before: SessionOptions, after: SessionOptions): { before: Browser; after: Browser } {
  const [one, other] = [before, after].map((options) => new Browser(appWith(routes, options))) as [Browser, Browser]
  Object.assign(other, { jar: one.jar })
  return { before: one, after: other }
}

const jwk = (kid: string, secret: string, times = {}) => ({ kty: 'oct' as const, kid, k: base64url(secret), ...times })

describe('a session that is only read, and could not be sealed anew', () => {
  it.each<[string, SessionOptions, SessionOptions, seconds: number]>([
    [
      'as the new key has a longer kid',
      { keys: jwk('a', SECRET) },
      { keys: [jwk('the-key-of-2026-11', OTHER_SECRET), jwk('a', SECRET)] },
      0,
    ],
    ['as sizeLimit was lowered', {}, { sizeLimit: 3000 }, 13 * HOUR],
    ['as other algorithms take more bytes', {}, { alg: 'A256KW', enc: 'A256CBC-HS512' }, 13 * HOUR],
  ])('stays as it is, and is served: %s', async (_why, old, now, seconds) => {
    const events: SessionEvent[] = []
    const { before, after } = deployed(old, { ...now, onEvent: (event) => events.push(event) })
    await before.get('/fill')
    at(seconds)
    const response = await after.get('/read')
    expect([response.status, response.body, setCookies(response)]).toEqual([200, ['text'], []])
    expect(events.map(({ type }) => type)).toEqual(['opened', 'overflow'])
    expect((await after.get('/read')).body).toEqual(['text'])
  })

  it('slides without the time of its last check, where it does not fit with it', async () => {
    const validate = vi.fn(() => true)
    const events: SessionEvent[] = []
    const browser = new Browser(
      appWith(routes, { validate, validateEvery: '5m', onEvent: (event) => events.push(event) }),
    )
    await browser.get('/fill')
    at(5 * MINUTE)
    expect(setCookies(await browser.get('/read'))).toEqual([])
    at(13 * HOUR)
    const response = await browser.get('/read')
    expect([response.status, setCookies(response).length]).toEqual([200, 1])
    at(26 * HOUR)
    expect((await browser.get('/read')).body).toEqual(['text'])
    expect(validate).toHaveBeenCalledTimes(3)
    expect(events.filter(({ type }) => type === 'overflow')).toEqual([])
  })

  it('is an error where it is no matter of the session', async () => {
    const browser = new Browser(appWith(routes))
    await browser.get('/change')
    at(13 * HOUR)
    const active = vi.spyOn(KeyRing.prototype, 'active')
    const known = KeyRing.from(SECRET).active(START)
    // As it is looked for, and then as it is to seal.
    active.mockReturnValueOnce(known).mockImplementation(() => {
      throw new TypeError('broken')
    })
    expect((await browser.get('/read')).body).toEqual({ message: 'broken' })
  })

  it('is an error where the app asks for it', async () => {
    const { before, after } = deployed({}, { sizeLimit: 3000 })
    await before.get('/fill')
    const { status, body } = await after.get('/touch')
    expect([status, body.code]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
  })

  it('stays as it is while no key may seal, whatever is in it', async () => {
    const keys = {
      keys: [jwk('next', OTHER_SECRET, { nbf: START + 2 * MINUTE }), jwk('last', SECRET, { exp: START + MINUTE })],
    }
    const browser = new Browser(appWith(routes, { keys }))
    at(2 * MINUTE)
    await browser.get('/nested')
    // As on an instance whose clock is behind.
    at(2 * MINUTE - 30)
    expect((await browser.get('/read')).body).toEqual(['user'])
    expect((await browser.get('/change')).body.code).toBe('ERR_SESSION_KEYS')
  })
})

describe('a session behind a proxy of which nobody has told, in production', () => {
  const sessions = (options: SessionOptions = {}) =>
    session<Any>({ keys: SECRET, onError: (error: Any, _req, res) => res.end(JSON.stringify(error.code)), ...options })
  const answered = (options?: SessionOptions): RequestListener => {
    const middleware = sessions(options)
    return (req: Any, res) =>
      middleware(req, res, () => {
        if (req.url === '/null') req.session = null
        if (req.url === '/emptied') delete req.session.user
        if (req.url === '/changed') req.session.user = 'Eve'
        if (req.url === '/destroyed') return req.session.destroy(() => res.end('null'))
        res.end(JSON.stringify(req.session?.user ?? null))
      })
  }
  const signedIn = (options?: SessionOptions) => {
    const browser = new Browser(answered(options) as Any)
    browser.jar.set('__Host-Http-session', sessions(options).seal({ user: 'Ada' }, { secure: true }).value)
    return browser
  }
  beforeEach(() => vi.stubEnv('NODE_ENV', 'production'))

  it('is read, also when it is due to slide', async () => {
    const browser = signedIn()
    expect((await browser.get('/')).text).toBe('"Ada"')
    at(13 * HOUR)
    const { status, text } = await browser.get('/')
    expect([status, text]).toEqual([200, '"Ada"'])
  })

  it.each(['/null', '/destroyed', '/emptied'])('ends under the name that it came under: %s', async (path) => {
    for (const logoutGuard of [true, false]) {
      const browser = signedIn({ logoutGuard })
      await browser.get(path)
      expect(browser.jar.get('__Host-Http-session')).toBeUndefined()
      expect((await browser.get('/')).text).toBe('null')
    }
  })

  it('leaves a guard under that name, so that a late response does not bring it back', async () => {
    const browser = signedIn()
    const token = browser.jar.get('__Host-Http-session') as string
    await browser.get('/null')
    browser.jar.set('__Host-Http-session', token)
    expect((await browser.get('/')).text).toBe('null')
  })

  it('is not written, which is an error', async () => {
    const { status, text } = await signedIn().get('/changed')
    expect([status, text]).toEqual([500, '"ERR_SESSION_INSECURE"'])
  })

  it('is removed under both names in development, where both are read', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const browser = signedIn({ logoutGuard: false })
    browser.jar.set('session', sessions().seal({ user: 'Eve' }, { secure: false }).value)
    await browser.get('/null')
    expect([...browser.jar.keys()]).toEqual([])
  })
})
