import type express from 'express'
import request, { type Response } from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { KeyRing, type SessionEvent, type SessionOptions } from '../lib/index.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, DAY, HOUR, START, startClock, stopClock } from './support/clock.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { endingLines, removal, sealedLine, seenLine } from './support/set-cookie.js'
import { base64url } from './support/tokens.js'
import { catchWarnings } from './support/warnings.js'

type Any = any

const warnings = catchWarnings()
beforeEach(stopClock)
afterEach(startClock)

function routes(app: express.Express): void {
  app.get('/login', async (req: Any, res) => {
    await req.session.regenerate()
    req.session.user = 'Ada'
    res.json({ id: req.session.id })
  })
  app.get('/me', (req: Any, res) => res.json({ user: req.session.user ?? null, id: req.session.id }))
  app.get('/count', (req: Any, res) => {
    req.session.count = (req.session.count ?? 0) + 1
    res.json(req.session.count)
  })
  app.get('/grow', (req: Any, res) => {
    req.session.notes = (req.session.notes ?? '') + 'x'.repeat(1000)
    res.json(req.session.size)
  })
  app.get('/empty', (req: Any, res) => {
    for (const key of Object.keys(req.session)) delete req.session[key]
    res.json(null)
  })
  app.get('/logout', async (req: Any, res) => {
    await req.session.destroy()
    res.json(null)
  })
  app.get('/untouched', (_req, res) => void res.json(null))
}

describe.each(EXPRESSES)('on %s', (_name, create) => {
  const browsing = (options: SessionOptions = {}) => new Browser(appWith(routes, options, create))

  it('a visitor who brings nothing and leaves nothing gets no cookie', async () => {
    const browser = browsing()
    expect(setCookies(await browser.get('/untouched'))).toEqual([])
    expect(setCookies(await browser.get('/me'))).toEqual([])
  })

  it('a user logs in, is known, and logs out, which leaves no session but a guard that names it', async () => {
    const browser = browsing()
    const login = await browser.get('/login')
    expect(setCookies(login)).toEqual([
      expect.stringMatching(
        /^session=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ])
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada', id: login.body.id })
    expect(setCookies(await browser.get('/logout'))).toEqual(endingLines())
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('a lone Set-Cookie reaches Node as a string, which serverless adapters need', async () => {
    const seen: unknown[] = []
    const app = appWith(
      (inner) => {
        inner.get('/', (req: Any, res) => {
          req.session.user = 'Ada'
          res.end()
          seen.push(res.getHeader('Set-Cookie'))
        })
      },
      {},
      create,
    )
    await request(app).get('/')
    expect(seen).toEqual([expect.stringContaining('session=')])
  })

  it('an anonymous session keeps its data and gets no new cookie while nothing changes', async () => {
    const browser = browsing()
    expect((await browser.get('/count')).body).toBe(1)
    expect((await browser.get('/count')).body).toBe(2)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    expect(setCookies(await browser.get('/untouched'))).toEqual([])
  })

  it('logging in gives the session a new id and drops what an anonymous one held', async () => {
    const browser = browsing()
    await browser.get('/count')
    const { id } = (await browser.get('/me')).body
    await browser.get('/login')
    expect((await browser.get('/me')).body.id).not.toBe(id)
    expect((await browser.get('/count')).body).toBe(1)
  })

  it('emptying a session clears its cookie', async () => {
    const browser = browsing()
    await browser.get('/login')
    expect(setCookies(await browser.get('/empty'))).toEqual([removal()])
    expect(browser.jar.size).toBe(0)
  })

  it('logging out clears the cookie even if the browser did not send it, when there is nothing to guard', async () => {
    expect(setCookies(await browsing().get('/logout'))).toEqual([removal()])
  })

  it('a session slides after a tenth of the idle timeout, and not before, and its own cookie stays as it is', async () => {
    const browser = browsing()
    await browser.get('/login')
    at(DAY / 10 - 1)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    at(DAY / 10)
    expect(setCookies(await browser.get('/me'))).toEqual([expect.stringMatching(seenLine())])
    at(DAY / 10 + DAY - 1)
    expect((await browser.get('/me')).body.user).toBe('Ada')
  })

  it('a session ends when the idle timeout has passed since it last slid', async () => {
    const browser = browsing()
    await browser.get('/login')
    at(DAY / 10)
    await browser.get('/me')
    at(DAY / 10 + DAY)
    const response = await browser.get('/me')
    expect([response.body.user, setCookies(response)]).toEqual([null, []])
  })

  it('a request that does not touch the session does not slide it', async () => {
    const browser = browsing()
    await browser.get('/login')
    at(23 * HOUR)
    expect(setCookies(await browser.get('/untouched'))).toEqual([])
    at(DAY)
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('an unused session expires, and its cookie is left where it is', async () => {
    const browser = browsing()
    await browser.get('/login')
    at(DAY)
    const response = await browser.get('/me')
    expect(response.body.user).toBeNull()
    expect(setCookies(response)).toEqual([])
  })

  it('a session in constant use ends with the absolute timeout', async () => {
    const browser = browsing()
    await browser.get('/login')
    for (let hours = 13; hours < 7 * 24; hours += 13) {
      at(hours * HOUR)
      expect((await browser.get('/me')).body.user).toBe('Ada')
    }
    at(7 * DAY)
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('a cookie that is written when its session has just ended has no time left, rather than less than none', async () => {
    const browser = new Browser(
      appWith(
        (app) => {
          routes(app)
          app.get('/slow', (req: Any, res) => {
            req.session.seen = true
            at(2 * HOUR + 30)
            res.json(null)
          })
        },
        { idleTimeout: '1h', absoluteTimeout: '2h' },
      ),
    )
    await browser.get('/login')
    at(HOUR - 1)
    await browser.get('/me')
    at(2 * HOUR - 2)
    expect(setCookies(await browser.get('/slow'))[0]).toContain('; Max-Age=0;')
  })

  it('the last cookie before the absolute timeout lives no longer than the session', async () => {
    const browser = browsing()
    await browser.get('/login')
    for (let hours = 20; hours <= 160; hours += 20) {
      at(hours * HOUR)
      await browser.get('/me')
    }
    at(160 * HOUR)
    expect(setCookies(await browser.get('/count'))[0]).toContain(`Max-Age=${8 * HOUR};`)
  })

  it('a tampered cookie is an empty new session, and no error', async () => {
    const browser = browsing()
    await browser.get('/login')
    const value = browser.jar.get('session') as string
    browser.jar.set('session', `${value.slice(0, -10)}AAAAAAAAAA`)
    const response = await browser.get('/me')
    expect(response.status).toBe(200)
    expect(response.body.user).toBeNull()
    expect(setCookies(response)).toEqual([])
  })

  it('a rejected cookie is replaced once the new session has data', async () => {
    const browser = browsing()
    browser.jar.set('session', 'rubbish')
    await browser.get('/count')
    expect((await browser.get('/count')).body).toBe(2)
  })

  it('an overflow reaches the error handler and leaves the session as it was', async () => {
    const browser = browsing()
    await browser.get('/login')
    await browser.get('/grow')
    await browser.get('/grow')
    const response = await browser.get('/grow')
    expect(response.status).toBe(500)
    expect(response.body).toMatchObject({ code: 'ERR_SESSION_OVERFLOW' })
    expect(response.body.message).toMatch(
      /needs \d+ bytes, and the limit is 4093\. Its largest keys are notes \(40\d\d bytes\), user \(\d+ bytes\)/,
    )
    expect(setCookies(response)).toEqual([])
    expect((await browser.get('/me')).body.user).toBe('Ada')
  })

  it('a rotated key logs nobody out: the session is sealed under it when it is next written, and ends when it would have', async () => {
    const before = browsing({ keys: SECRET })
    await before.get('/login')
    const after = browsing({ keys: [OTHER_SECRET, SECRET] })
    after.jar.set('session', before.jar.get('session') as string)
    at(HOUR)
    expect(setCookies(await after.get('/untouched'))).toEqual([])
    const read = await after.get('/me')
    expect([read.body.user, setCookies(read)]).toEqual(['Ada', []])
    expect(setCookies(await after.get('/count'))).toEqual([expect.stringMatching(sealedLine())])
    expect(setCookies(await after.get('/me'))).toEqual([])

    const later = browsing({ keys: OTHER_SECRET })
    later.jar.set('session', after.jar.get('session') as string)
    expect((await later.get('/me')).body.user).toBe('Ada')
    for (let hours = 14; hours < 7 * 24; hours += 13) {
      at(hours * HOUR)
      expect((await later.get('/me')).body.user).toBe('Ada')
    }
    at(7 * DAY)
    expect((await later.get('/me')).body.user).toBeNull()
  })

  it('a key that every instance knows before it is active makes rotation safe', async () => {
    const k = (secret: string) => ({ kty: 'oct' as const, k: base64url(secret) })
    const keys = {
      keys: [
        { ...k(OTHER_SECRET), kid: 'next', nbf: START + HOUR },
        { ...k(SECRET), kid: 'now' },
      ],
    }
    const ahead = browsing({ keys })
    await ahead.get('/login')
    const kidOf = (browser: Browser) =>
      JSON.parse(Buffer.from((browser.jar.get('session') as string).split('.')[0] as string, 'base64url').toString())
        .kid
    expect(kidOf(ahead)).toBe('now')
    at(HOUR)
    await ahead.get('/me')
    expect(kidOf(ahead)).toBe('now')
    await ahead.get('/count')
    expect(kidOf(ahead)).toBe('next')
    at(HOUR - 30)
    const behind = browsing({ keys })
    behind.jar.set('session', ahead.jar.get('session') as string)
    expect((await behind.get('/me')).body.user).toBe('Ada')
  })
})

describe('when the last key has ended', () => {
  const keys = { keys: [{ kty: 'oct' as const, k: base64url(SECRET), exp: START + HOUR }] }

  it('a session is not sealed at all: the commit fails', async () => {
    const browser = new Browser(appWith(routes, { keys }))
    await browser.get('/login')
    at(HOUR)
    expect((await browser.get('/me')).body.user).toBeNull()
    expect((await browser.get('/count')).body).toMatchObject({ code: 'ERR_SESSION_KEYS' })
  })

  it('a session cannot be measured', async () => {
    at(0)
    const app = appWith((inner) => inner.get('/', (req: Any, res) => (at(HOUR), void res.json(req.session.size))), {
      keys,
    })
    expect((await request(app).get('/')).body).toMatchObject({ code: 'ERR_SESSION_KEYS' })
  })
})

describe('what a client can send', () => {
  stopClock()
  const valid = session({ keys: SECRET }).seal({ user: 'Ada' } as object)
  startClock()

  async function asked(cookie: string): Promise<Response> {
    return request(appWith(routes)).get('/me').set('Cookie', cookie)
  }

  it.each([
    ['nothing', ''],
    ['an empty cookie', 'session='],
    ['a cookie without a value', 'session'],
    ['separators only', ';;; ; ='],
    ['a token cut short', valid.cookie.slice(0, -1)],
    ['half a token', valid.cookie.slice(0, 100)],
    ['a token with spaces in it', `session=${valid.value.replaceAll('.', ' . ')}`],
    ['a quoted token', `session="${valid.value}"`],
    ['a percent-encoded token', `session=${valid.value.replaceAll('.', '%2E')}`],
    ['a name in other case', `Session=${valid.value}`],
    ['a name with a prefix that we did not set', `__Host-Http-session=${valid.value}`],
    ['cookies named like members of objects', '__proto__=1; constructor=2; toString=3; hasOwnProperty=4'],
    ['$Version', `$Version=1; session=rubbish`],
    ['500 cookies of our name', Array(500).fill('session=x').join('; ')],
    ['a header of 15 KB', `session=${'x'.repeat(15_000)}`],
    ['15 KB of other cookies', Array(1000).fill('a=12345678901').join('; ')],
  ])('%s is an empty session and no error', async (_what, cookie) => {
    const response = await asked(cookie)
    expect(response.status).toBe(200)
    expect(response.body.user).toBeNull()
    expect(setCookies(response)).toEqual([])
  })

  it('a valid cookie is found behind up to three that a sibling domain planted', async () => {
    const planted = (count: number) => Array(count).fill('session=planted').join('; ')
    expect((await asked(`${planted(3)}; ${valid.cookie}`)).body.user).toBe('Ada')
    expect((await asked(`${planted(4)}; ${valid.cookie}`)).body.user).toBeNull()
  })

  it('of several that are accepted the one that was sealed last wins, wherever it stands', async () => {
    at(30)
    const newer = session({ keys: SECRET }).seal({ user: 'Eve' } as object)
    expect((await asked(`session=x; ${valid.cookie}; ${newer.cookie}`)).body.user).toBe('Eve')
    expect((await asked(`${newer.cookie}; session=x; ${valid.cookie}`)).body.user).toBe('Eve')
  })

  it('of several that are accepted and were sealed in one second the first wins', async () => {
    const second = session({ keys: SECRET }).seal({ user: 'Eve' } as object)
    expect((await asked(`session=x; ${valid.cookie}; ${second.cookie}`)).body.user).toBe('Ada')
    expect((await asked(`session=x; ${second.cookie}; ${valid.cookie}`)).body.user).toBe('Eve')
  })

  it('a session with the name of a member among its data, from somebody who has the key, is rejected', async () => {
    const events: SessionEvent[] = []
    const app = appWith(routes, { onEvent: (event) => events.push(event) })
    const { CompactEncrypt } = await import('jose')
    const [jwk] = KeyRing.from(SECRET).exportFor('session').keys
    const claims = { sid: 'x', sat: START, iat: START, exp: START + HOUR, data: { save: 'shadow' } }
    const token = await new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: (jwk as Any).kid })
      .encrypt(jwk as Any)
    expect((await request(app).get('/me').set('Cookie', `session=${token}`)).status).toBe(200)
    expect(events).toMatchObject([{ type: 'rejected', reason: 'malformed' }])
  })
})

describe('over HTTPS', () => {
  /** An app behind a proxy that ends TLS and says so. */
  function proxied(options: SessionOptions = {}, trust = true): Browser {
    const app = appWith(routes, options)
    if (trust) app.set('trust proxy', 1)
    const browser = new Browser(app)
    const get = browser.get.bind(browser)
    browser.get = (path, headers = {}) => get(path, { 'X-Forwarded-Proto': 'https', ...headers })
    return browser
  }

  it('the cookie is Secure and named __Host-', async () => {
    const browser = proxied()
    const [line] = setCookies(await browser.get('/login'))
    expect(line).toMatch(/^__Host-Http-session=\S+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect((await browser.get('/me')).body.user).toBe('Ada')
  })

  it('it is named __Secure- with a domain or another path', async () => {
    const byDomain = await proxied({ cookie: { domain: 'example.com' } }).get('/login')
    expect(setCookies(byDomain)[0]).toMatch(/^__Secure-session=\S+; Max-Age=604800; Domain=example\.com; Path=\/;/)
    const byPath = await proxied({ cookie: { path: '/app' } }).get('/login', { 'X-Forwarded-Prefix': '/app' })
    expect(setCookies(byPath)[0]).toMatch(/^__Secure-session=/)
  })

  it('no other name is accepted', async () => {
    const browser = proxied()
    browser.jar.set('session', session({ keys: SECRET }).seal({ user: 'Ada' } as object).value)
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('it is cleared with the attributes and the name that it was set with, and guarded with them', async () => {
    const browser = proxied({ cookie: { secure: true, partitioned: true, domain: 'example.com' } })
    await browser.get('/login')
    expect(setCookies(await browser.get('/logout'))).toEqual(
      endingLines('__Secure-session', 'Domain=example.com; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax'),
    )
  })

  it('in production a session does not leave over plain HTTP, and the error says how to trust the proxy', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const browser = proxied({}, false)
    const response = await browser.get('/login')
    expect(response.status).toBe(500)
    expect(response.body).toEqual({
      code: 'ERR_SESSION_INSECURE',
      message:
        'the session would be sent over plain HTTP in production: behind a proxy that ends TLS, call ' +
        'app.set("trust proxy", 1) and have the proxy send X-Forwarded-Proto. ' +
        "Without Express, or where the proxy cannot send it, set cookie: { secure: 'assume' }. " +
        'To allow plain HTTP, set cookie: { secure: false }',
    })
    expect(response.body.message).toContain('app.set("trust proxy", 1)')
    expect(setCookies(response)).toEqual([])
    expect((await browser.get('/me')).status).toBe(200)
    expect((await proxied().get('/login')).status).toBe(200)
  })

  it('in production a session that came in the clear is none, though its cookie is genuine', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const browser = new Browser(appWith(routes))
    browser.jar.set('session', session({ keys: SECRET }).seal({ user: 'Ada' } as object, { secure: true }).value)
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('in production plain HTTP is possible for those who say so', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const browser = new Browser(appWith(routes, { cookie: { secure: false } }))
    expect(setCookies(await browser.get('/login'))[0]).toMatch(/^session=(?!.*Secure)/)
  })

  it('in production secure: true neither sends nor reads a session in the clear, where Express says that it is', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const browser = proxied({ cookie: { secure: true } }, false)
    const response = await browser.get('/login')
    expect([response.status, response.body.code, setCookies(response)]).toEqual([500, 'ERR_SESSION_INSECURE', []])
    const { value } = session({ keys: SECRET }).seal({ user: 'Ada' } as object, { secure: true })
    browser.jar.set('__Host-Http-session', value)
    expect((await browser.get('/me')).body.user).toBeNull()
    const trusting = proxied({ cookie: { secure: true } })
    await trusting.get('/login')
    expect((await trusting.get('/me')).body.user).toBe('Ada')
  })

  it('in development secure: true is Secure and prefixed, for browsers that take http://localhost for secure', async () => {
    const browser = new Browser(appWith(routes, { cookie: { secure: true } }))
    expect(setCookies(await browser.get('/login'))[0]).toMatch(/^__Host-Http-session=.*; Secure;/)
    expect((await browser.get('/me')).body.user).toBe('Ada')
  })

  it.each(['production', 'development'])(
    "secure: 'assume' takes every request for one over HTTPS, as behind a proxy that cannot say so: in %s",
    async (environment) => {
      vi.stubEnv('NODE_ENV', environment)
      const browser = proxied({ cookie: { secure: 'assume' } }, false)
      expect(setCookies(await browser.get('/login'))).toEqual([
        expect.stringMatching(/^__Host-Http-session=.*; Secure;/),
      ])
      expect((await browser.get('/me')).body.user).toBe('Ada')
      await browser.get('/logout')
      expect((await browser.get('/me')).body.user).toBeNull()
      expect(session({ keys: SECRET, cookie: { secure: 'assume' } }).seal({}).name).toBe('__Host-Http-session')
    },
  )

  it('a cookie function decides for each request', async () => {
    const options: SessionOptions = {
      cookie: (req) => ({ domain: String(req.headers.host).startsWith('127') ? 'localhost.test' : undefined }),
    }
    const browser = proxied(options)
    expect(setCookies(await browser.get('/login'))[0]).toContain('Domain=localhost.test;')
    expect(setCookies(await browser.get('/login', { Host: 'other.test' }))[0]).not.toContain('Domain=')
  })
})

describe('beside other sessions', () => {
  it('two middlewares with their own name and property do not see each other', async () => {
    const app = appWith((inner) => {
      inner.use(session({ keys: SECRET, name: 'cart', property: 'cart' }))
      inner.get('/', (req: Any, res) => {
        req.session.user = 'Ada'
        req.cart.items = 2
        res.json(null)
      })
      inner.get('/look', (req: Any, res) => void res.json([{ ...req.session }, { ...req.cart }]))
    })
    const browser = new Browser(app)
    expect(setCookies(await browser.get('/')).map((line) => line.split('=')[0])).toEqual(['session', 'cart'])
    expect((await browser.get('/look')).body).toEqual([{ user: 'Ada' }, { items: 2 }])
  })

  it('the same middleware mounted twice acts once', async () => {
    const sessions = session({ keys: SECRET, name: 'twice', property: 'twice' })
    const app = appWith((inner) => {
      inner.use(sessions, sessions)
      inner.get('/', (req: Any, res) => {
        req.twice.user = 'Ada'
        res.json(null)
      })
    })
    expect(setCookies(await request(app).get('/'))).toHaveLength(1)
  })

  it.each([
    ['property', { name: 'other' }],
    ['name', { property: 'other' }],
  ])('a second one of the same %s is an error that names the option', async (option, options) => {
    const app = appWith((inner) => {
      inner.use(session({ keys: SECRET, ...options }))
      inner.get('/', (_req, res) => void res.json(null))
    })
    const { body } = await request(app).get('/')
    expect(body.code).toBe('ERR_SESSION_DUPLICATE')
    expect(body.message).toContain(`a different "${option}"`)
  })

  it('a session that another package has put on the request is not replaced silently', async () => {
    const express5 = (await import('express')).default
    const app = express5()
    app.use((req: Any, _res, next) => {
      req.session = {}
      next()
    })
    app.use(session({ keys: SECRET }))
    app.use(((error, _req, res, _next) => res.json({ code: error.code })) satisfies express.ErrorRequestHandler)
    expect((await request(app).get('/')).body).toEqual({ code: 'ERR_SESSION_DUPLICATE' })
  })

  it('forgetting to call the factory is an error that says so', async () => {
    const express5 = (await import('express')).default
    const app = express5()
    app.use(session as Any)
    app.use(((error, _req, res, _next) => res.json({ message: error.message })) satisfies express.ErrorRequestHandler)
    expect((await request(app).get('/')).body.message).toContain('app.use(session({ keys }))')
  })
})

describe('beside the middleware', () => {
  const sessions = session<{ user?: string; tags?: string[] }>({ keys: SECRET })
  const fakeRequest = (cookie?: string, more: object = {}) => ({ headers: { cookie }, socket: {}, ...more }) as Any

  it('seal mints a session that the app knows', async () => {
    const { body } = await request(appWith(routes))
      .get('/me')
      .set('Cookie', sessions.seal({ user: 'Ada' }).cookie)
    expect(body.user).toBe('Ada')
  })

  it('seal tells name, value, the header to set and the header to send', () => {
    const { name, value, setCookie, cookie } = sessions.seal({ user: 'Ada' }, { secure: true })
    expect(name).toBe('__Host-Http-session')
    expect(cookie).toBe(`__Host-Http-session=${value}`)
    expect(setCookie).toBe(`${cookie}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax`)
  })

  it('seal fails as a commit would', () => {
    expect(() => sessions.seal({ user: 'x'.repeat(5000) })).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_OVERFLOW' }),
    )
    for (const data of [null, 'Ada', ['Ada'], new Map(), Promise.resolve({ user: 'Ada' })] as Any[]) {
      expect(() => sessions.seal(data)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OPTIONS' }))
    }
    expect(() => sessions.seal({ id: 1 } as Any)).toThrow(expect.objectContaining({ code: 'ERR_SESSION_RESERVED' }))
    expect(() => sessions.seal({ user: 1n } as Any)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_UNSERIALIZABLE' }),
    )
  })

  it('seal is for HTTPS in production, and refuses plain HTTP there', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const inProduction = session<{ user?: string }>({ keys: SECRET })
    expect(inProduction.seal({ user: 'Ada' }).name).toBe('__Host-Http-session')
    expect(() => inProduction.seal({ user: 'Ada' }, { secure: false })).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_INSECURE' }),
    )
  })

  it('seal needs a request where cookie is a function of it', () => {
    const dynamic = session<{ user?: string }>({ keys: SECRET, cookie: () => ({ path: '/x' }) })
    expect(() => dynamic.seal({ user: 'Ada' })).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OPTIONS' }))
    expect(dynamic.seal({ user: 'Ada' }, { req: fakeRequest() }).setCookie).toContain('Path=/x')
  })

  it('open reads the session of a request that has no response, frozen all the way down', () => {
    const { session: opened, rejected } = sessions.open(fakeRequest(sessions.seal({ user: 'Ada', tags: ['a'] }).cookie))
    expect(rejected).toBeNull()
    expect({ ...opened }).toEqual({ user: 'Ada', tags: ['a'] })
    expect(opened?.id).toMatch(/^[\w-]{22}$/)
    expect(opened?.isPopulated).toBe(true)
    expect(Object.isFrozen(opened) && Object.isFrozen(opened?.tags)).toBe(true)
  })

  it('open tells why a cookie was rejected, and null for no cookie', () => {
    expect(sessions.open(fakeRequest('session=x'))).toEqual({ session: null, rejected: 'malformed' })
    expect(sessions.open(fakeRequest(undefined))).toEqual({ session: null, rejected: null })
  })

  it('open finds the prefixed cookie of an upgrade request that came through a TLS proxy', () => {
    const { cookie } = sessions.seal({ user: 'Ada' }, { secure: true })
    expect(sessions.open(fakeRequest(cookie)).session?.user).toBe('Ada')
    vi.stubEnv('NODE_ENV', 'production')
    const inProduction = session<{ user?: string }>({ keys: SECRET })
    expect(inProduction.open(fakeRequest(cookie)).session?.user).toBe('Ada')
  })

  it('open takes the plain cookie in development only, and never over HTTPS', () => {
    const { cookie } = sessions.seal({ user: 'Ada' })
    expect(sessions.open(fakeRequest(cookie)).session?.user).toBe('Ada')
    expect(sessions.open(fakeRequest(cookie, { secure: true })).session).toBeNull()
    expect(sessions.open(fakeRequest(cookie, { socket: { encrypted: true } })).session).toBeNull()
    vi.stubEnv('NODE_ENV', 'production')
    expect(session({ keys: SECRET }).open(fakeRequest(cookie)).session).toBeNull()
  })
})

describe('events', () => {
  it('tell the life of a session, without its data and without its id', async () => {
    const events: SessionEvent[] = []
    const onEvent = (event: SessionEvent) => events.push(event)
    const browser = new Browser(appWith(routes, { onEvent }))
    const { id } = (await browser.get('/login')).body
    const renewed = new Browser(appWith(routes, { onEvent, keys: [OTHER_SECRET, SECRET] }))
    renewed.jar.set('session', browser.jar.get('session') as string)
    await renewed.get('/me')
    at(3 * HOUR)
    await renewed.get('/me')
    for (let times = 0; times < 3; times++) await renewed.get('/grow')
    await renewed.get('/logout')
    renewed.jar.set('session', 'rubbish')
    await renewed.get('/me')
    expect(events.map(({ type }) => type)).toEqual([
      'sealed',
      'opened',
      'opened',
      'renewed',
      'opened',
      'sealed',
      'resealed',
      'opened',
      'sealed',
      'opened',
      'overflow',
      'opened',
      'cleared',
      'rejected',
    ])
    expect(JSON.stringify(events)).not.toContain(id)
    // The hash of the id is random, and may have any three letters in it.
    const rest = events.map((event) => ({ ...event, session: undefined }))
    expect(JSON.stringify(rest)).not.toContain('Ada')
    expect(new Set(events.flatMap((event) => ('session' in event ? [event.session] : []))).size).toBe(1)
  })
})

describe('warnings', () => {
  it('tell a developer of values that JSON alters, once for each place', async () => {
    const app = appWith((inner) => {
      inner.get('/', (req: Any, res) => {
        req.session.at = new Date()
        req.session.list = [Number.NaN]
        res.json(null)
      })
    })
    await request(app).get('/')
    await request(app).get('/')
    expect(warnings.messages()).toEqual([
      'session.at is a Date and comes back as a string (GET /): store date.toISOString()',
      'session.list[] is NaN and comes back as null (GET /): store a finite number, or null',
    ])
  })

  it('tell of a response head that default nginx would refuse, once', async () => {
    const app = appWith((inner) => {
      inner.get('/', (req: Any, res) => {
        req.session.text = 'x'.repeat(2400)
        res.set('Content-Security-Policy', 'x'.repeat(700)).json(null)
      })
    })
    await request(app).get('/')
    await request(app).get('/')
    expect(warnings.codes()).toEqual(['SESSION_WARN_HEAD'])
    expect(warnings.messages()[0]).toContain('proxy_buffer_size')
  })

  it('tell of a change after the headers have left', async () => {
    const app = appWith((inner) => {
      inner.get('/changed', (req: Any, res) => {
        req.session.a = 1
        res.json(null)
        req.session.a = 2
      })
      inner.get('/first', (req: Any, res) => {
        res.json(null)
        req.session.a = 2
      })
      inner.get('/bad', (req: Any, res) => {
        res.json(null)
        req.session.a = 2n
      })
      inner.get('/read', (req: Any, res) => {
        res.json(null)
        void req.session.a
      })
    })
    for (const path of ['/changed', '/first', '/bad']) {
      const { forgetWarnings } = await import('../lib/warnings.js')
      forgetWarnings()
      await request(app).get(path)
      await vi.waitFor(() => expect(warnings.codes()).toContain('SESSION_WARN_LATE'))
      vi.mocked(process.emitWarning).mockClear()
    }
    await request(app).get('/read')
    await new Promise(setImmediate)
    expect(warnings.codes()).toEqual([])
  })

  it('do not tell of a session that was only read late, though it is due to slide, nor of one whose failure was told', async () => {
    const failed = vi.fn()
    const app = appWith((inner) => {
      routes(inner)
      inner.get('/late', (req: Any, res) => {
        res.json(null)
        void req.session.user
      })
      inner.get('/failing', (req: Any, res) => {
        req.session.notes = 'x'.repeat(5000)
        res.json(null)
      })
      inner.use(((error, _req, res, _next) => {
        failed(error.code)
        res.status(500).end()
      }) satisfies express.ErrorRequestHandler)
    })
    const browser = new Browser(app)
    await browser.get('/login')
    at(13 * HOUR)
    await browser.get('/late')
    await browser.get('/failing')
    await new Promise(setImmediate)
    expect([failed.mock.calls, warnings.codes()]).toEqual([[['ERR_SESSION_OVERFLOW']], []])
  })

  it.each(['development', 'production'])(
    'tell of an assignment after the headers have left, in %s',
    async (environment) => {
      vi.stubEnv('NODE_ENV', environment)
      const app = appWith((inner) => {
        inner.get('/', (req: Any, res) => {
          res.json(null)
          // What it is already needs no warning.
          const { session } = req
          req.session = session
          if (req.query.end) req.session = null
        })
      })
      await request(app).get('/')
      await new Promise(setImmediate)
      expect(warnings.codes()).toEqual([])
      await request(app).get('/?end=1')
      await vi.waitFor(() => expect(warnings.messages().join()).toContain('was assigned after the headers were sent'))
    },
  )

  it('of what JSON alters are for development, and production tells of one late change in a process', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const app = appWith(
      (inner) => {
        inner.get('/alter', (req: Any, res) => {
          req.session.at = new Date()
          res.json(null)
        })
        inner.get(['/first', '/second'], (req: Any, res) => {
          res.json(null)
          req.session.a = 2
        })
      },
      { cookie: { secure: false } },
    )
    await request(app).get('/alter')
    await new Promise(setImmediate)
    expect(warnings.codes()).toEqual([])
    for (const path of ['/first', '/second']) {
      await request(app).get(path)
      await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_LATE']))
    }
    expect(warnings.messages()[0]).toMatch(/^the session was changed after the headers were sent \(GET \/first\)/)
  })
})
