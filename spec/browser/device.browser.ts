import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type SessionEvent, type SessionOptions } from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { SECRET } from '../support/secrets.js'
import { type Authority, localAuthority } from './support/authority.js'
import { SOFTWARE_KEYS_WITHOUT_QUOTA, startChromium } from './support/browsers.js'

type Any = any
const NAME = '__Host-Http-session'
const PROOF = '__Host-session.bound'

let authority: Authority
let browser: Browser
beforeAll(async () => {
  authority = await localAuthority()
  browser = await startChromium(authority, SOFTWARE_KEYS_WITHOUT_QUOTA)
})
afterAll(() => browser?.close())

describe.each(EXPRESSES)('in Chromium, a session that is bound to a device, on %s,', (_version, create) => {
  const events: SessionEvent[] = []
  const closing: (() => unknown)[] = []
  let context: BrowserContext
  let page: Page
  let origin: string

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    events.length = 0
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    vi.useRealTimers()
    await context.close()
    for (const close of closing.splice(0)) close()
  })

  /** What stands between the browser and the app: it may answer a request, and returns true if it has. */
  type Obstacle = (req: Any, res: Any) => boolean

  async function serve(
    deviceBound: SessionOptions['deviceBound'] = true,
    obstacle: Obstacle = () => false,
    { mount = '', ...options }: SessionOptions & { mount?: string } = {},
  ) {
    const whole = create()
    const app = mount === '' ? whole : create()
    if (app !== whole) whole.use(mount, app)
    app.use((req, res, next) => {
      if (!obstacle(req, res)) next()
    })
    app.use(session({ keys: SECRET, deviceBound, onEvent: (event) => events.push(event), ...options }))
    app.get('/login', (req: Any, res) => {
      req.session.regenerate(() => {
        req.session.user = 'ada'
        res.send('<!doctype html><title>in</title>in')
      })
    })
    app.get(
      '/form',
      (_req, res) => void res.send('<!doctype html><form method="post" action="sign-in"><button>in</button></form>'),
    )
    app.post('/sign-in', (req: Any, res) => {
      req.session.regenerate(() => {
        req.session.user = 'ada'
        res.redirect(303, 'me')
      })
    })
    app.get('/logout', (req: Any, res) => {
      req.session = null
      res.send('out')
    })
    app.get('/write', (req: Any, res) => {
      req.session.count = (req.session.count ?? 0) + 1
      res.send(`${req.session.count}`)
    })
    app.get('/me', (req: Any, res) => void res.send(`${req.session.user ?? 'nobody'} ${req.session.isBound}`))
    const { certificate: cert, key } = authority
    const server = createServer({ cert, key }, whole).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    closing.push(() => {
      server.close()
      server.closeAllConnections()
    })
    origin = `https://localhost:${(server.address() as AddressInfo).port}${mount}`
  }

  const visit = async (path: string) => {
    await page.goto(origin + path)
    return (await page.textContent('body')) ?? ''
  }
  const types = () => events.map(({ type }) => type)
  const until = (type: SessionEvent['type']) =>
    vi.waitFor(() => expect(types()).toContain(type), { timeout: 5000, interval: 20 })
  const cookies = async () => Object.fromEntries((await context.cookies()).map(({ name, value }) => [name, value]))
  const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
  /** The app has answered the registration before the browser has read the answer. */
  async function untilBound() {
    await until('registered')
    await vi.waitFor(async () => expect(await visit('/me')).toMatch(/ true$/), { timeout: 5000 })
  }
  async function bind() {
    await visit('/login')
    await untilBound()
    expect(types()).toContain('bound')
  }
  /** A thief, who sends the cookies that they have copied, from a program of their own. */
  async function asThief(copied: Record<string, string>) {
    const cookie = Object.entries(copied).map(([name, value]) => `${name}=${value}`)
    const asked = request(`${origin}/me`, { headers: { cookie: cookie.join('; ') }, rejectUnauthorized: false }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return text(response)
  }

  it('is registered by the browser after log-in, and bound by the next page', async () => {
    await serve()
    await bind()
    expect(types().filter((type) => type !== 'opened')).toEqual([
      'offered',
      'sealed',
      'registered',
      'proved',
      'bound',
      'sealed',
    ])
    expect(Object.keys(await cookies())).toEqual(expect.arrayContaining([NAME, PROOF]))
  })

  it('is out of reach for a thief of the session cookie at once, and of both when the proof is over', async () => {
    await serve()
    await bind()
    const copied = await cookies()
    expect(await asThief({ [NAME]: copied[NAME] as string })).toBe('nobody false')
    expect(await asThief(copied)).toBe('ada true')
    later(661)
    expect(await asThief(copied)).toBe('nobody false')
  })

  it('goes on for its owner after any pause, by a refresh that the request waits for', async () => {
    await serve()
    await bind()
    for (const _ of [1, 2]) {
      later(30 * 60)
      await context.clearCookies({ name: PROOF })
      expect(await visit('/me')).toBe('ada true')
    }
  })

  it.each<[string, string, SessionOptions & { mount?: string }]>([
    ['of a path', '__Secure-session', { mount: '/shop', cookie: { path: '/shop' } }],
    ['of a path that ends in a slash', '__Secure-session', { mount: '/shop', cookie: { path: '/shop/' } }],
    ['of a mounted app', NAME, { mount: '/shop' }],
    ['of SameSite=Strict', NAME, { cookie: { sameSite: 'strict' } }],
    ['of SameSite=None', NAME, { cookie: { sameSite: 'none', secure: true } }],
    ['of a priority', NAME, { cookie: { priority: 'high' } }],
    ['that scripts read', '__Host-session', { cookie: { httpOnly: false } }],
    ['without a prefix', 'session', { cookie: { prefix: false } }],
    ['of another name', '__Host-Http-shop.session', { name: 'shop.session' }],
    ['of a strange name', "__Host-Http-a!#$%&'*+^`|~b", { name: "a!#$%&'*+^`|~b" }],
    ['of an app at a strange path', NAME, { mount: '/caf%C3%A9/a%20b' }],
  ])('goes on in a cookie %s', async (_what, name, options) => {
    await serve(true, undefined, options)
    await bind()
    const proof = Object.keys(await cookies()).find((one) => one.endsWith('.bound'))
    later(30 * 60)
    await context.clearCookies({ name: proof as string })
    expect(await visit('/me')).toBe('ada true')
    expect(events.filter(({ type }) => type === 'device-refused')).toEqual([])
    expect(Object.keys(await cookies())).toContain(name)
  })

  it('goes on where the browser keeps a proof that the server no longer takes: a page at once, a script the next time', async () => {
    await serve()
    await bind()
    later(30 * 60)
    await page.goto(`${origin}/me?a=1#b`)
    await vi.waitFor(async () => expect(await page.textContent('body')).toBe('ada true'), { timeout: 5000 })
    expect(new URL(page.url()).search).toBe('?a=1')
    later(30 * 60)
    const asked = () => page.evaluate(async () => (await fetch('/me')).text())
    expect(await asked()).toBe('nobody false')
    expect(await asked()).toBe('ada true')
  })

  it('is bound by the log-in of a form that is answered by a redirect', async () => {
    await serve()
    await visit('/form')
    await page.click('button')
    await untilBound()
    later(30 * 60)
    await context.clearCookies({ name: PROOF })
    expect(await visit('/me')).toBe('ada true')
  })

  it('is bound by the log-in of a script', async () => {
    await serve()
    await visit('/me')
    await page.evaluate(() => fetch('/sign-in', { method: 'POST' }))
    await untilBound()
  })

  it('is bound before log-in, if the log-in page stores something', async () => {
    await serve()
    await visit('/write')
    await untilBound()
    await visit('/login')
    const { [NAME]: copied = '' } = await cookies()
    expect(await asThief({ [NAME]: copied })).toBe('nobody false')
    expect(await visit('/me')).toBe('ada true')
  })

  it('is reached by a link from another site, with query and fragment', async () => {
    await serve()
    await bind()
    await context.clearCookies({ name: PROOF })
    await page.goto(`data:text/html,${encodeURIComponent(`<a href="${origin}/me?a=1#b">link</a>`)}`)
    await page.click('a')
    await vi.waitFor(async () => expect(await page.textContent('body')).toBe('ada true'), { timeout: 5000 })
    expect(new URL(page.url()).search).toBe('?a=1')
  })

  it('ends at log-out, and so does the key', async () => {
    await serve()
    await bind()
    await visit('/logout')
    expect(Object.keys(await cookies())).not.toContain(PROOF)
    expect(await visit('/me')).toBe('nobody false')
    await vi.waitFor(
      () => expect(events).toContainEqual(expect.objectContaining({ type: 'device-refused', reason: 'session' })),
      {
        timeout: 5000,
      },
    )
    await bind()
  })

  const dropping = (header: string): Obstacle => {
    return (req) => {
      delete req.headers[header]
      return false
    }
  }
  /** @param status 0: the connection is closed */
  const answering =
    (status: number, isAsked: (req: Any) => boolean = () => true): Obstacle =>
    (req, res) => {
      if (req.method !== 'POST' || !req.url.includes('/.bound/') || !isAsked(req)) return false
      if (status === 0) return req.socket.destroy()
      res.status(status)
      if (status === 302) res.setHeader('Location', '/me')
      res.end()
      return true
    }
  const isRefresh = (req: Any) => req.headers['sec-secure-session-id'] !== undefined

  /** Binds a session, and lets it lapse while something in between answers refreshes for the browser. */
  async function lapseBehind(obstacle: Obstacle) {
    let isThere = false
    await serve(true, (req, res) => isThere && obstacle(req, res))
    await bind()
    later(30 * 60)
    await context.clearCookies({ name: PROOF })
    isThere = true
    const meanwhile = await visit('/me')
    isThere = false
    return [meanwhile, await visit('/me')]
  }

  it.each<[string, Obstacle, string]>([
    ['answered a refresh by 502', answering(502, isRefresh), 'server_error'],
    ['answered a refresh by 503', answering(503, isRefresh), 'server_error'],
    ['closed the connection of a refresh', answering(0, isRefresh), 'unreachable'],
  ])('is back at once when something in between has %s', async (_what, obstacle, skipped) => {
    expect(await lapseBehind(obstacle)).toEqual(['nobody false', 'ada true'])
    expect(events).toContainEqual(expect.objectContaining({ type: 'rejected', reason: 'unproven', skipped }))
  })

  it.each([429, 404])('is over when something in between has answered a refresh by %i', async (status) => {
    expect(await lapseBehind(answering(status, isRefresh))).toEqual(['nobody false', 'nobody false'])
  })

  it.each<[string, Obstacle]>([
    ['drops the proofs', dropping('secure-session-response')],
    ['drops the identifier', dropping('sec-secure-session-id')],
    ['answers 429', answering(429)],
    ['answers 403', answering(403)],
    ['answers 502', answering(502)],
    ['answers 404', answering(404)],
    ['redirects', answering(302)],
    ['answers refreshes by 429', answering(429, isRefresh)],
    ['answers refreshes by 403', answering(403, isRefresh)],
    ['answers refreshes by 502', answering(502, isRefresh)],
    ['answers refreshes by 404', answering(404, isRefresh)],
    // Not the redirect of a refresh: pages hang on it in Chromium 149 and 150 (w3c/webappsec-dbsc#262).
  ])('is never lost by what stands in between and %s: it stays unbound', async (_what, obstacle) => {
    await serve(true, obstacle)
    await visit('/login')
    await page.reload()
    later(30 * 60)
    expect(await visit('/me')).toBe('ada false')
    later(12 * 60)
    expect(await visit('/me')).toBe('ada false')
  })
})
