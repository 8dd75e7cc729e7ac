import express, { type Express } from 'express'
import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'
import session, { type CookieOptions } from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { setCookies } from '../support/browser.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
const HOST = { Host: 'app.example.com' }
const CHROME = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0' }

/** An app whose POST fills the session and whose GET reads it, wherever it is asked. */
function appOf(cookie: CookieOptions, create = express): Express {
  const app = create()
  app.use(session({ keys: SECRET, cookie }))
  app.use((req: Any, res: Any) => {
    if (req.method === 'POST' && req.session) req.session.user = 'Ada'
    res.json('session' in req ? (req.session.user ?? null) : 'none')
  })
  return app
}

const post = (app: Express, path: string, headers: Record<string, string> = {}) => request(app).post(path).set(headers)

describe.each(EXPRESSES)('outside of the path of its cookie, in %s,', (_name, create) => {
  it.each([
    ['/admin/', '/admin', "give cookie: { path: '/admin' }"],
    ['/admin', '/Admin', "and paths are case-sensitive: .* give cookie: { path: '/' }"],
    ['/admin', '/administration', "give cookie: { path: '/' }"],
    ['/admin', '/', "give cookie: { path: '/' }"],
    ['/admin', '/login?next=/admin', 'no session at /login, where'],
    ['/my page', '/my%20page', 'no session at /my%20page, where'],
  ])('there is no session, and a warning says why: %s at %s', async (path, asked, message) => {
    const response = await post(appOf({ path }, create), asked)
    expect([response.body, setCookies(response)]).toEqual(['none', []])
    expect(warnings.codes()).toEqual(['SESSION_WARN_SCOPE'])
    expect(warnings.messages()[0]).toMatch(new RegExp(`as cookie.path is "${path}".*${message}|${message}.*"${path}"`))
  })

  it.each([
    ['/', '/anything'],
    ['/admin', '/admin'],
    ['/admin', '/admin/'],
    ['/admin', '/admin/users?all=1'],
    ['/admin/', '/admin/'],
    ['/admin/', '/admin/users'],
  ])('is not %s at %s', async (path, asked) => {
    expect((await post(appOf({ path }, create), asked)).body).toBe('Ada')
    await request(appOf({ path }, create)).get(asked)
    expect(warnings.messages()).toEqual([])
  })

  it('a session of the path is not replaced by what others keep in one app-wide', async () => {
    const app = create()
    app.use(session({ keys: SECRET, cookie: { path: '/admin' } }))
    app.use((req: Any, _res: Any, next: Any) => {
      if (req.session) req.session.csrf ??= 'token'
      next()
    })
    app.use((req: Any, res: Any) => res.json(req.session ?? null))
    expect(setCookies(await request(app).get('/'))).toEqual([])
    expect(setCookies(await request(app).get('/admin'))).toHaveLength(1)
  })

  it('another middleware of the same property and name may have the session', async () => {
    const app = create()
    const [admin, shop] = ['/admin', '/shop'].map((path) => session({ keys: SECRET, cookie: { path } }))
    app.use(admin as Any, shop as Any, (req: Any, res: Any) => {
      req.session.user = 'Ada'
      res.json(null)
    })
    expect(setCookies(await request(app).get('/shop'))).toEqual([expect.stringMatching(/Path=\/shop;/)])
    expect(setCookies(await request(app).get('/admin'))).toEqual([expect.stringMatching(/Path=\/admin;/)])
  })

  it('is told by the path that the browser asked for, also below a mounted router', async () => {
    const app = create()
    app.use('/admin', session({ keys: SECRET, cookie: { path: '/admin' } }), (req: Any, res: Any) => {
      res.json('session' in req)
    })
    expect((await post(app, '/admin/login')).body).toBe(true)
    expect(warnings.messages()).toEqual([])
    expect((await post(app, '/ADMIN/login')).body).toBe(false)
    expect(warnings.messages().join()).toMatch(/^there is no session at \/ADMIN\/login, where browsers do not send/)
  })

  it('is told by the prefix that a proxy has taken away, where Express trusts it', async () => {
    const app = appOf({ path: '/app' }, create)
    const behind = { 'X-Forwarded-Prefix': '/app/' }
    expect((await post(app, '/login', behind)).body).toBe('none')
    app.set('trust proxy', true)
    expect((await post(app, '/login', behind)).body).toBe('Ada')
    expect((await post(app, '/login', { 'X-Forwarded-Prefix': '/other' })).body).toBe('none')
    expect((await post(appOf({ path: '/app' }, create), '/app', behind)).body).toBe('Ada')
  })

  it('is not asked of a cookie that is a function of the request', async () => {
    const app = create()
    app.use(session({ keys: SECRET, cookie: () => ({ path: '/admin' }) }))
    app.use((req: Any, res: Any) => res.json('session' in req))
    expect((await request(app).get('/')).body).toBe(true)
  })
})

describe("a domain that is not the host's", () => {
  it.each([
    ['example.org', 'app.example.com'],
    ['other.example.com', 'app.example.com'],
    ['ample.com', 'app.example.com'],
    ['www.app.example.com', 'app.example.com'],
    ['localhost', 'app.example.com'],
  ])('is warned about: %s at %s', async (domain, host) => {
    await post(appOf({ domain }), '/login', { Host: `${host}:3000` })
    expect(warnings.codes()).toEqual(['SESSION_WARN_SCOPE'])
    expect(warnings.messages()[0]).toContain(`drop the session's cookie at ${host}, as cookie.domain is "${domain}"`)
  })

  it.each([
    ['app.example.com', 'app.example.com'],
    ['example.com', 'app.example.com:3000'],
    ['.example.com', 'app.example.com'],
    ['Example.com', 'APP.example.com'],
    ['localhost', 'localhost:3000'],
    ['localhost', 'app.localhost'],
    ['127.0.0.1', '127.0.0.1:3000'],
    ['example.com', 'not a host'],
    ['example.com', ''],
  ])('is not %s at %s', async (domain, host) => {
    await post(appOf({ domain }), '/login', { Host: host, ...CHROME })
    expect(warnings.messages()).toEqual([])
  })

  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', '192.168.0.7'])(
    'is warned about at %s where a browser asks, and not where a test does',
    async (host) => {
      await post(appOf({ domain: 'example.com' }), '/login', { Host: host })
      expect(warnings.messages()).toEqual([])
      await post(appOf({ domain: 'example.com' }), '/login', { Host: host, ...CHROME })
      expect(warnings.codes()).toEqual(['SESSION_WARN_SCOPE'])
    },
  )

  it('is told by the host that a trusted proxy says, and is not certain behind another', async () => {
    const app = appOf({ domain: 'example.com' })
    await post(app, '/login', { Host: 'inside.test', 'X-Forwarded-Host': 'app.example.com' })
    app.set('trust proxy', true)
    await post(app, '/login', { Host: 'inside.test', 'X-Forwarded-Host': 'app.example.com' })
    expect(warnings.messages()).toEqual([])
    await post(app, '/login', { Host: 'app.example.com', 'X-Forwarded-Host': 'inside.test' })
    expect(warnings.messages().join()).toContain("drop the session's cookie at inside.test")
  })
})

describe('a Secure cookie over plain HTTP', () => {
  it('is warned about where a browser would drop it', async () => {
    await post(appOf({ secure: true }), '/login', HOST)
    expect(warnings.codes()).toEqual(['SESSION_WARN_SCOPE'])
    expect(warnings.messages()[0]).toMatch(
      /^browsers drop the session's cookie at http:\/\/app\.example\.com, as cookie\.secure/,
    )
  })

  it.each([
    ['localhost', { Host: 'localhost:3000' }],
    ['a name below localhost', { Host: 'app.localhost' }],
    ['a loopback address', { Host: '127.0.0.1:3000' }],
    ['a proxy that says that it ends TLS', { ...HOST, 'X-Forwarded-Proto': 'https' }],
    ['a proxy that says so in another way', { ...HOST, Forwarded: 'proto=https' }],
  ])('is none for %s', async (_what, headers) => {
    await post(appOf({ secure: true }), '/login', headers)
    expect(warnings.messages()).toEqual([])
  })

  it("is never that of 'auto'", async () => {
    await post(appOf({}), '/login', HOST)
    expect(warnings.messages()).toEqual([])
  })
})

describe('a session that another site asks for', () => {
  const CROSS = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }

  it.each([
    ['by script', CROSS],
    ['in a frame', { ...CROSS, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
  ])('%s is warned about, as browsers drop its cookie', async (_how, headers) => {
    await post(appOf({}), '/login', headers)
    expect(warnings.codes()).toEqual(['SESSION_WARN_SCOPE'])
    expect(warnings.messages()[0]).toMatch(/as cookie\.sameSite is 'lax' \(POST \/login\): ask from the same site/)
  })

  it.each<[string, CookieOptions, Record<string, string>]>([
    ['with SameSite=None', { sameSite: 'none', secure: true }, CROSS],
    ['by a navigation', {}, { ...CROSS, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }],
    ['of the same site', {}, { ...CROSS, 'Sec-Fetch-Site': 'same-site' }],
  ])('is none %s', async (_what, cookie, headers) => {
    await post(appOf(cookie), '/login', headers)
    expect(warnings.messages()).toEqual([])
  })
})

describe('the warnings of scope', () => {
  it('come in development only', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const app = appOf({ path: '/admin', domain: 'example.org', secure: false })
    await post(app, '/login', HOST)
    await request(app).get('/').set(HOST)
    expect(warnings.messages()).toEqual([])
  })

  it('come once for each path', async () => {
    const app = appOf({ path: '/admin' })
    for (const path of ['/login', '/login', '/sign-in']) await post(app, path)
    expect(warnings.codes()).toHaveLength(1)
  })
})
