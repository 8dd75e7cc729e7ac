import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket as Client, WebSocketServer } from 'ws'
import session, { type SessionEvent, type SessionOptions } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'
import { type Authority, localAuthority } from './support/authority.js'
import { SOFTWARE_KEYS, SOFTWARE_KEYS_WITHOUT_QUOTA, startChromium } from './support/browsers.js'

type Any = any
const NAME = '__Host-Http-session'
const PROOF = '__Host-session.bound'
const [APP, API, FOREIGN] = ['app.shop.test', 'api.shop.test', 'app.other.test']
const HOSTS = '--host-resolver-rules=MAP *.test 127.0.0.1'
const WORKER = `
  self.addEventListener('install', () => self.skipWaiting())
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
  self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)))
  self.addEventListener('message', async (event) => event.source.postMessage(await (await fetch('/me')).text()))
`

let authority: Authority
let browser: Browser
let quotaBrowser: Browser
beforeAll(async () => {
  authority = await localAuthority(APP, API, FOREIGN)
  browser = await startChromium(authority, SOFTWARE_KEYS_WITHOUT_QUOTA, HOSTS)
  quotaBrowser = await startChromium(authority, SOFTWARE_KEYS)
})
afterAll(() => Promise.all([browser?.close(), quotaBrowser?.close()]))

/** A server with sessions, at a host of its own, which speaks HTTP/2 with those who can. */
class Server {
  readonly origin: string
  readonly events: SessionEvent[]
  /** The versions of HTTP in which it was asked by whatever proves. */
  readonly versions: Set<string>

  private constructor(origin: string, events: SessionEvent[], versions: Set<string>) {
    this.origin = origin
    this.events = events
    this.versions = versions
  }

  static async start(
    host: string,
    deviceBound: SessionOptions['deviceBound'],
    closing: (() => unknown)[],
    more: SessionOptions = {},
  ): Promise<Server> {
    const [events, versions]: [SessionEvent[], Set<string>] = [[], new Set()]
    const options: SessionOptions<Any> = { keys: SECRET, deviceBound, onEvent: (event) => events.push(event) }
    const sessions = session<Any>(options)
    const beside = more.name === undefined ? undefined : session<Any>({ ...options, ...more })
    const { certificate: cert, key } = authority
    const server = createSecureServer({ cert, key, allowHTTP1: true }, (req: Any, res: Any) => {
      if (req.url.includes('/.bound/')) versions.add(req.httpVersion)
      const next = () => answer(req, res)
      sessions(req, res, beside ? () => beside(req, res, next) : next)
    })
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (req, socket, head) =>
      sockets.handleUpgrade(req, socket as never, head, (ws) => {
        const { session: found, rejected } = sessions.open(req)
        ws.send(`${found?.['user'] ?? rejected} ${found?.isBound ?? false}`)
        ws.close()
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const clients = new Set<{ destroy(): void }>()
    server.on('connection', (socket) => clients.add(socket))
    closing.push(() => {
      server.close()
      for (const client of clients) client.destroy()
    })
    return new Server(`https://${host}:${(server.address() as AddressInfo).port}`, events, versions)
  }

  get types(): readonly string[] {
    return this.events.map(({ type }) => type)
  }

  until(type: SessionEvent['type']): Promise<void> {
    return vi.waitFor(() => expect(this.types).toContain(type), { timeout: 5000, interval: 20 })
  }
}

function answer(req: Any, res: Any): void {
  const { origin } = req.headers
  if (origin !== undefined) {
    res.setHeader('Access-Control-Allow-Origin', origin)
    res.setHeader('Access-Control-Allow-Credentials', 'true')
  }
  const { pathname } = new URL(req.url, 'https://any')
  if (pathname === '/login') {
    req.session = null
    req.session = { user: 'ada' }
    if ('admin' in req) req.admin.user = 'grace'
  }
  const seen = pathname === '/admin' ? req.admin : req.session
  const isWorker = pathname === '/worker.js'
  res.setHeader('Content-Type', isWorker ? 'text/javascript' : 'text/html')
  res.end(isWorker ? WORKER : `${seen.user ?? 'nobody'} ${seen.isBound}`)
}

const warnings = catchWarnings()

describe('in Chromium, a session that is bound to a device', () => {
  const closing: (() => unknown)[] = []
  let context: BrowserContext
  let page: Page

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    vi.useRealTimers()
    await context.close()
    for (const close of closing.splice(0)) close()
  })

  const start = (host: string, deviceBound: SessionOptions['deviceBound'] = true) =>
    Server.start(host, deviceBound, closing)
  const visit = async (url: string) => {
    await page.goto(url)
    return (await page.textContent('body')) ?? ''
  }
  async function bind(server: Server): Promise<void> {
    await visit(`${server.origin}/login`)
    await server.until('registered')
    await vi.waitFor(async () => expect(await visit(`${server.origin}/me`)).toBe('ada true'), { timeout: 5000 })
  }
  /** Half an hour passes, and every proof is over. */
  async function lapse(): Promise<void> {
    vi.setSystemTime(Date.now() + 30 * 60 * 1000)
    await context.clearCookies({ name: PROOF })
  }
  const fetched = (url: string, method = 'GET') =>
    page.evaluate(async ([url, method]) => (await fetch(url, { method, credentials: 'include' })).text(), [
      url,
      method,
    ] as const)

  it('is bound and goes on over HTTP/2', async () => {
    const server = await start('localhost')
    await bind(server)
    await lapse()
    expect(await visit(`${server.origin}/me`)).toBe('ada true')
    await lapse()
    expect(await fetched('/me')).toBe('ada true')
    expect([...server.versions]).toEqual(['2.0'])
  })

  it('goes on beside another one of its host, when both proofs are over', async () => {
    const server = await Server.start('localhost', true, closing, { name: 'admin', property: 'admin' })
    await bind(server)
    await vi.waitFor(() => expect(server.types.filter((type) => type === 'registered')).toHaveLength(2), 5000)
    await visit(`${server.origin}/me`)
    await lapse()
    await context.clearCookies({ name: '__Host-admin.bound' })
    expect(await visit(`${server.origin}/me`)).toBe('ada true')
    expect(await fetched('/admin')).toBe('grace true')
  })

  it('goes on with a service worker between page and server, for pages, their requests and its own', async () => {
    const server = await start('localhost')
    await bind(server)
    await page.evaluate(async () => {
      const { serviceWorker } = navigator
      const controlled = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve))
      await serviceWorker.register('/worker.js')
      if (!serviceWorker.controller) await controlled
    })
    await lapse()
    expect(await fetched('/me')).toBe('ada true')
    await lapse()
    expect(await visit(`${server.origin}/me`)).toBe('ada true')
    await lapse()
    const own = page.evaluate(
      () =>
        new Promise((resolve) => {
          navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data))
          navigator.serviceWorker.controller?.postMessage('ask')
        }),
    )
    expect(await own).toBe('ada true')
    expect(server.types).not.toContain('device-refused')
  })

  it('is bound at each of two hosts of a site by a key of its own', async () => {
    const [app, api] = [await start(APP), await start(API)]
    await bind(app)
    await bind(api)
    for (const { origin } of [app, api, app]) {
      await lapse()
      expect(await visit(`${origin}/me`)).toBe('ada true')
    }
    expect([...app.types, ...api.types]).not.toContain('device-refused')
  })

  it('is bound at an API that names the host of the pages, by their requests alone', async () => {
    const [app, api] = [await start(APP, false), await start(API, { initiators: [APP] })]
    await visit(app.origin)
    await fetched(`${api.origin}/login`, 'POST')
    await api.until('registered')
    // A request that is no page binds it ten seconds later.
    vi.setSystemTime(Date.now() + 10_000)
    await vi.waitFor(async () => expect(await fetched(`${api.origin}/me`)).toBe('ada true'), { timeout: 5000 })
    expect(api.types).toContain('bound')
    await lapse()
    expect(await fetched(`${api.origin}/me`)).toBe('ada true')
  })

  it('is not offered by an API that does not name the host of the pages, and stays as it is', async () => {
    const [app, api] = [await start(APP, false), await start(API)]
    await visit(app.origin)
    await fetched(`${api.origin}/login`, 'POST')
    expect(await fetched(`${api.origin}/me`)).toBe('ada false')
    await lapse()
    expect(await fetched(`${api.origin}/me`)).toBe('ada false')
    expect(api.types).not.toContain('offered')
  })

  it('is lost to the pages of a host that is not listed, if a page of the API began it, and that is warned of', async () => {
    const [app, api] = [await start(APP, false), await start(API)]
    await bind(api)
    await visit(app.origin)
    expect(await fetched(`${api.origin}/me`)).toBe('ada true')
    await lapse()
    expect(await fetched(`${api.origin}/me`)).toBe('nobody false')
    expect(warnings.messages().join()).toContain(`pages of ${APP} ask for a session that is bound to a device`)
    expect(await visit(`${api.origin}/me`)).toBe('ada true')
  })

  describe('that pages of another host show in a frame, or send forms to,', () => {
    async function framedAndSent(initiators: readonly string[]) {
      const [app, api] = [await start(APP, false), await start(API, { initiators })]
      await bind(api)
      await lapse()
      await visit(app.origin)
      await page.setContent(
        `<iframe src="${api.origin}/me"></iframe><form method="post" action="${api.origin}/me"></form>`,
      )
      const framed = await page.frameLocator('iframe').locator('body').textContent({ timeout: 5000 })
      await lapse()
      await page.evaluate(() => document.querySelector('form')?.submit())
      await page.waitForURL(`${api.origin}/me`)
      return [framed, await page.textContent('body')]
    }

    it('goes on if the host is listed', async () => {
      expect(await framedAndSent([APP])).toEqual(['ada true', 'ada true'])
    })

    it('is lost there if it is not listed, which is warned of', async () => {
      expect(await framedAndSent([])).toEqual(['nobody false', 'nobody false'])
      expect(warnings.messages().join()).toContain(`pages of ${APP} ask for a session that is bound to a device`)
    })
  })

  it('is ended by a link from a listed host of another site, and that is warned of', async () => {
    const [foreign, api] = [await start(FOREIGN, false), await start(API, { initiators: [FOREIGN] })]
    await bind(api)
    await lapse()
    await visit(foreign.origin)
    // A request of a script comes without the session, and causes no refresh. A link does.
    expect(await fetched(`${api.origin}/me`)).toBe('nobody false')
    expect(warnings.messages().join()).toContain(`remove '${FOREIGN}' from deviceBound.initiators`)
    expect(api.types).not.toContain('device-refused')
    await page.setContent(`<a href="${api.origin}/me">link</a>`)
    await page.click('a')
    // The refresh ends the key, and the page that comes without a proof loads itself again.
    await vi.waitFor(() => expect(page.url()).toBe(`${api.origin}/me?`), { timeout: 5000 })
    expect(api.events).toContainEqual(expect.objectContaining({ type: 'device-refused', reason: 'session' }))
    expect(await visit(`${api.origin}/me`)).toBe('nobody false')
  })

  it('opens a WebSocket after a refresh that it waits for, and a copy of the cookie opens none', async () => {
    const server = await start('localhost')
    await bind(server)
    await lapse()
    const told = page.evaluate(
      (url) => new Promise((resolve) => new WebSocket(url).addEventListener('message', ({ data }) => resolve(data))),
      server.origin.replace('https:', 'wss:'),
    )
    expect(await told).toBe('ada true')
    const copied = (await context.cookies()).find(({ name }) => name === NAME)?.value
    const thief = new Client(server.origin.replace('https:', 'wss:'), {
      headers: { cookie: `${NAME}=${copied}` },
      rejectUnauthorized: false,
    })
    expect(await new Promise((resolve) => thief.on('message', (data) => resolve(String(data))))).toBe('unproven false')
  })

  it('is not proved beyond the quota of the browser, which says so; the cookie stays', async () => {
    const server = await start('localhost')
    context = await quotaBrowser.newContext()
    page = await context.newPage()
    await bind(server)
    const seen = []
    for (let lapses = 0; lapses < 6; lapses++) {
      await lapse()
      seen.push(await visit(`${server.origin}/me`))
    }
    // Two of six signatures were for binding.
    expect(seen).toEqual([...Array(4).fill('ada true'), ...Array(2).fill('nobody false')])
    expect(server.events).toContainEqual(
      expect.objectContaining({ type: 'rejected', reason: 'unproven', skipped: 'quota_exceeded' }),
    )
    expect((await context.cookies()).map(({ name }) => name)).toContain(NAME)
  })
})
