import express, { type Express } from 'express'
import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'
import type { Security } from '../../lib/http/request.js'
import session, { type CookieOptions } from '../../lib/index.js'
import { settingsFrom } from '../../lib/options/options.js'
import { isOutside, warnOfScope } from '../../lib/request/cookie-scope.js'
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
    ['/admin/', '/admin', "set cookie: { path: '/admin' }"],
    ['/admin', '/Admin', "and paths are case-sensitive: .* set cookie: { path: '/' }"],
    ['/admin', '/administration', "set cookie: { path: '/' }"],
    ['/admin', '/', "set cookie: { path: '/' }"],
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

  it('come where a cookie is set, and not where the session is only read or ends', async () => {
    const app = express()
    app.use(session({ keys: SECRET, cookie: { domain: 'example.org' } }))
    app.get('/read', (req: Any, res) => res.json(req.session.user ?? null))
    app.get('/end', (req: Any, res) => {
      req.session = null
      res.json(null)
    })
    await request(app).get('/read').set(HOST)
    expect(setCookies(await request(app).get('/end').set(HOST))).toHaveLength(1)
    expect(warnings.messages()).toEqual([])
  })

  it('come once for each path', async () => {
    const app = appOf({ path: '/admin' })
    for (const path of ['/login', '/login', '/sign-in']) await post(app, path)
    expect(warnings.codes()).toHaveLength(1)
  })
})

const OVER_HTTP: Security = { secure: false, known: true }

/** What is warned about a request without Express, whose response sets this cookie. */
function warnedOf(
  headers: Record<string, string | undefined>,
  cookie: CookieOptions = {},
  { security = OVER_HTTP, url = '/' }: { security?: Security; url?: string } = {},
): string[] {
  const { overHttp: profile } = settingsFrom({ keys: SECRET, cookie }).cookieFor(undefined)
  warnOfScope({ req: { method: 'GET', url, headers } as Any, security, profile })
  return warnings.messages()
}

describe('a request without Express', () => {
  const domain = 'example.org'

  it('is not warned about where it brought a cookie of this name, as what brought it can bring another', () => {
    expect(warnedOf({ host: 'app.example.com', cookie: 'session=1' }, { domain })).toEqual([])
    expect(warnedOf({ host: 'app.example.com', cookie: 'sessions=1' }, { domain })).toHaveLength(1)
  })

  it.each([
    ['App.Example.com:8080', 'app.example.com'],
    ['app.example.com:', 'app.example.com'],
    ['my_host', 'my_host'],
    ['a-1.b_2.test', 'a-1.b_2.test'],
    ['[FE80::1]:3000', '[fe80::1]'],
    ['[::ffff:10.0.0.1]', '[::ffff:10.0.0.1]'],
  ])('is told by its host, in lower case and without a port: %s', (host, told) => {
    expect(warnedOf({ host, 'user-agent': CHROME['User-Agent'] }, { domain })).toEqual([
      `browsers drop the session's cookie at ${told}, as cookie.domain is "example.org", ` +
        'which is neither this host nor a domain above it: leave cookie.domain out, or open the page under that domain',
    ])
  })

  it.each([undefined, '', 'not a host', 'a..b', '.a', 'a.', 'a/b', '[]', '[::1', '::1]', 'x[::1]', '[::1]x', '[::g]'])(
    'is told by nothing where it names no host: %s',
    (host) => {
      expect(warnedOf({ host, 'user-agent': CHROME['User-Agent'] }, { domain, secure: true })).toEqual([])
    },
  )

  it('is told by its authority over HTTP/2, whatever the host is', () => {
    expect(warnedOf({ ':authority': 'app.example.com', host: 'inside.test' }, { domain }).join()).toContain(
      "drop the session's cookie at app.example.com,",
    )
  })

  it.each(['localhost', 'app.localhost', '127.1', '[::1]', '192.168.0.7', '[fe80::1]'])(
    'may be a test at %s, whatever the domain of the cookie is',
    (host) => {
      expect(warnedOf({ host }, { domain })).toEqual([])
      expect(warnedOf({ host, 'user-agent': 'curl/8.5.0 (not Mozilla/5.0)' }, { domain })).toEqual([])
      expect(warnedOf({ host, 'user-agent': CHROME['User-Agent'] }, { domain })).toHaveLength(1)
    },
  )

  it.each(['notlocalhost', 'localhost.example.com', 'x.127.1', 'v1.2.3.4', '1.2.3.4.example.com', '1.2'])(
    'is warned about at %s, which is neither an address nor a name of this machine',
    (host) => {
      expect(warnedOf({ host }, { domain })).toHaveLength(1)
      expect(warnedOf({ host }, { secure: true })).toHaveLength(2)
    },
  )

  it('is warned about at an address that ends like the domain, as browsers match names only', () => {
    expect(warnedOf({ host: '127.0.0.1', 'user-agent': CHROME['User-Agent'] }, { domain: '0.0.1' })).toHaveLength(1)
  })

  it('is warned about once for each host and domain', () => {
    for (const [host, domain] of [
      ['a.test', 'example.org'],
      ['a.test', 'example.org'],
      ['b.test', 'example.org'],
      ['a.test', 'example.com'],
    ] as const) {
      warnedOf({ host }, { domain })
    }
    expect(warnings.messages()).toHaveLength(3)
  })
})

describe('a Secure cookie over plain HTTP, without Express,', () => {
  const secure = true

  it('is warned about once for each host, with what to do', () => {
    for (const host of ['app.example.com', 'app.example.com:8080', 'shop.example.com']) warnedOf({ host }, { secure })
    expect(warnings.messages()).toEqual(
      ['app.example.com', 'shop.example.com'].map(
        (host) =>
          `browsers drop the session's cookie at http://${host}, as cookie.secure is true and this is plain HTTP: ` +
          "set cookie: { secure: 'auto' }, or open the page over HTTPS",
      ),
    )
  })

  it.each([
    ['came over HTTPS', { secure: true, known: true }],
    ['may have come over HTTPS', { secure: false, known: false }],
  ])('is not warned about where the request %s', (_how, security) => {
    expect(warnedOf({ host: 'app.example.com' }, { secure }, { security })).toEqual([])
  })

  it.each([
    'forwarded',
    'x-forwarded-proto',
    'x-forwarded-protocol',
    'x-forwarded-ssl',
    'x-url-scheme',
    'front-end-https',
  ])('is not warned about behind a proxy that sends %s', (header) => {
    expect(warnedOf({ host: 'app.example.com', [header]: 'on' }, { secure })).toEqual([])
  })
})

describe('a session that another site asks for, without Express,', () => {
  const cross = (mode: string, dest?: string) => ({
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': mode,
    'sec-fetch-dest': dest,
  })

  it.each(['iframe', 'frame', 'object', 'embed'])('is warned about in the element that browsers call %s', (dest) => {
    expect(warnedOf(cross('navigate', dest))).toHaveLength(1)
  })

  it.each(['document', undefined])('is not warned about where it is navigated to: %s', (dest) => {
    expect(warnedOf(cross('navigate', dest))).toEqual([])
  })

  it('is warned about once for each place, with what to do', () => {
    for (const url of ['/cart', '/cart?page=2', '/pay'])
      warnedOf(cross('cors', 'empty'), { sameSite: 'strict' }, { url })
    expect(warnings.messages()).toEqual(
      ['/cart', '/pay'].map(
        (path) =>
          "browsers drop the session's cookie when another site asks for it by script or in a frame, " +
          `as cookie.sameSite is 'strict' (GET ${path}): ask from the same site (localhost and 127.0.0.1 are two), ` +
          "or set cookie: { sameSite: 'none', secure: true, partitioned: true }",
      ),
    )
  })

  it('is warned about where the attribute is left out, as Chrome takes it for Lax', () => {
    expect(warnedOf(cross('cors', 'empty'), { sameSite: false }).join()).toContain(
      "as cookie.sameSite is false, which Chrome takes for 'lax' (GET /)",
    )
  })
})

describe('the path of a cookie, without Express,', () => {
  const outside = (req: object, path: string) => isOutside({ headers: {}, ...req } as Any, path, false)

  it.each([
    ['/admin', '/login', '', '/'],
    ['/admin', '/Admin', ' and paths are case-sensitive', '/'],
    ['/admin//', '/admin', '', '/admin'],
    ['//', '/login', '', '/'],
  ])('%s is warned about at %s, with what to do', (path, url, hint, fix) => {
    expect(outside({ url }, path)).toBe(true)
    expect(warnings.messages()).toEqual([
      `there is no session at ${url}, where browsers do not send its cookie, as cookie.path is "${path}"${hint}: ` +
        `use the session below that path only, or set cookie: { path: '${fix}' }. Behind a proxy that takes a prefix ` +
        'away, have it send X-Forwarded-Prefix, and set "trust proxy"',
    ])
  })

  it('is warned about once for each path', () => {
    for (const path of ['/admin', '/admin', '/shop']) outside({ url: '/login' }, path)
    expect(warnings.messages()).toHaveLength(2)
  })

  it('does not matter to a request that asks for no path', () => {
    expect([outside({ method: 'OPTIONS', url: '*' }, '/admin'), warnings.messages()]).toEqual([false, []])
  })

  describe('behind a proxy that says which prefix it has taken away,', () => {
    const headers = { 'x-forwarded-prefix': '/app//' }
    const trusting = { get: (name: string) => (name === 'trust proxy fn' ? () => true : undefined) }

    it('goes by a prefix of nothing but slashes as by none', () => {
      const slashes = { 'x-forwarded-prefix': '/'.repeat(5000) }
      expect(outside({ url: '/login', headers: slashes, app: trusting }, '/login')).toBe(false)
      const before = { 'x-forwarded-prefix': `${'/'.repeat(5000)}a` }
      expect(outside({ url: '/login', headers: before, app: trusting }, '/login')).toBe(true)
    })

    it('goes by the prefix where the app trusts the proxy', () => {
      const trusted: unknown[] = []
      const app = { get: () => (address: unknown, hop: unknown) => trusted.push(address, hop) > 0 }
      const socket = { remoteAddress: '10.0.0.1' }
      expect(outside({ url: '/login', headers, app, socket }, '/app/login')).toBe(false)
      expect(trusted).toEqual(['10.0.0.1', 0])
      expect(outside({ url: '/login', headers, app: trusting }, '/app/login')).toBe(false)
    })

    it.each<[string, object]>([
      ['nobody can say whom to trust', {}],
      ['the app has no settings', { app: {} }],
      ['the app is of another framework, and says nothing', { app: { get: () => undefined } }],
      ['the app does not trust it', { app: { get: () => () => false } }],
      ['no prefix is said', { app: trusting, headers: {} }],
    ])('goes by the path alone where %s', (_why, more) => {
      expect(outside({ url: '/app', headers, ...more }, '/app')).toBe(false)
      expect(outside({ url: '/login', headers, ...more }, '/app')).toBe(true)
    })
  })
})
