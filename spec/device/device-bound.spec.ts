import type express from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { type SessionEvent, type SessionOptions } from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { at, DAY, HOUR, MINUTE, startClock, stopClock } from '../support/clock.js'
import { BoundBrowser, LINKED, OWN, TYPED } from '../support/device-browser.js'
import { serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any
const NAME = '__Host-Http-session'
const PROOF = '__Host-session.bound'

/** A router of the Express that makes this app. */
const createRouter = (create: unknown): Any => (create as { Router(): Any }).Router()

const warnings = catchWarnings()
const events: SessionEvent[] = []
const types = () => events.map(({ type }) => type)

function appOf(create: () => express.Express, deviceBound: SessionOptions['deviceBound'] = true, more: object = {}) {
  const app = create()
  app.set('trust proxy', true)
  const sessions = session({ keys: SECRET, deviceBound, onEvent: (event) => events.push(event), ...more })
  app.use(sessions)
  app.post('/login/:user', (req: Any, res, next) =>
    req.session.regenerate((error: unknown) => {
      if (error) return next(error)
      req.session.user = req.params['user']
      res.json('in')
    }),
  )
  app.post('/logout', (req: Any, res) => {
    req.session = null
    res.json('out')
  })
  app.post('/fill/:length', (req: Any, res) => {
    req.session = { user: 'ada', text: 'x'.repeat(Number(req.params['length'])) }
    res.json('filled')
  })
  app.post('/swap', (req: Any, res) => {
    req.session = null
    req.session = { user: 'swapped' }
    res.json('swapped')
  })
  app.all('/write', (req: Any, res) => {
    req.session.count = (req.session.count ?? 0) + 1
    res.json(req.session.count)
  })
  app.get('/static', (_req, res) => void res.send('static'))
  app.all('/t/write', (req: Any, res) => {
    req.session.count = 1
    res.json('written')
  })
  app.get('/open', (req: Any, res) => void res.json(sessions.open(req)))
  app.get('/', (req: Any, res) =>
    res.json({ user: req.session.user ?? null, isBound: req.session.isBound, rejected: req.session.rejected ?? null }),
  )
  return app
}

beforeEach(() => {
  events.length = 0
  stopClock()
})
afterEach(startClock)

describe.each(EXPRESSES)('a session that is bound to a device, on %s,', (_version, create) => {
  const withBrowser = <Result>(
    use: (browser: BoundBrowser, port: number) => Promise<Result>,
    deviceBound?: SessionOptions['deviceBound'],
    more?: object,
  ) => serving(appOf(create as never, deviceBound, more) as never, (port) => use(new BoundBrowser(port), port))
  const seen = async (browser: BoundBrowser, headers?: object, cookie?: string) =>
    JSON.parse((await browser.ask('/', headers, 'GET', cookie)).body)

  it('is offered at log-in, registered, proved, and names the key from the next page on', async () => {
    await withBrowser(async (browser) => {
      const login = await browser.post('/login/ada')
      const before = browser.jar.get(NAME)
      const registered = await browser.register(login)
      expect([registered.status, registered.set]).toEqual([200, []])
      const refreshed = await browser.refresh()
      expect([refreshed.status, refreshed.set.length, browser.jar.has(PROOF)]).toEqual([200, 1, true])
      expect(browser.jar.get(NAME)).toBe(before)
      const page = await browser.ask('/')
      expect(JSON.parse(page.body)).toEqual({ user: 'ada', isBound: true, rejected: null })
      expect(page.set.map((line) => line.split('=')[0])).toEqual([NAME])
      expect(types()).toEqual(['offered', 'sealed', 'registered', 'proved', 'opened', 'bound', 'sealed'])
      expect((await browser.ask('/')).set).toEqual([])
    })
  })

  it('takes a proof in quotes, as the draft has it', async () => {
    await withBrowser(async (browser) => {
      expect((await browser.register(await browser.post('/login/ada'), false)).status).toBe(200)
    })
  })

  it('is worth nothing in the hands of a thief who has the session cookie alone', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      const stolen = `${NAME}=${browser.jar.get(NAME)}`
      expect(await seen(browser, OWN, stolen)).toEqual({ user: null, isBound: false, rejected: 'unproven' })
    })
  })

  it('is worth nothing to a thief of both cookies eleven minutes later, and goes on for its owner', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      const stolen = browser.cookies
      at(11 * MINUTE - 1)
      expect(await seen(browser, OWN, stolen)).toMatchObject({ user: 'ada' })
      at(11 * MINUTE)
      expect(await seen(browser, OWN, stolen)).toMatchObject({ user: null, rejected: 'unproven' })
      await browser.refresh()
      expect(await seen(browser)).toMatchObject({ user: 'ada', isBound: true })
    })
  })

  it('carries its key over to a new session, so that copied cookies cannot be traded for one that is not bound', async () => {
    await withBrowser(async (browser, port) => {
      await browser.bind()
      const thief = new BoundBrowser(port)
      for (const [name, value] of browser.jar) thief.jar.set(name, value)
      for (const path of ['/login/eve', '/swap']) {
        expect((await thief.post(path)).header('secure-session-registration')).toBeNull()
      }
      expect(await seen(thief, OWN)).toMatchObject({ user: 'swapped', isBound: true })
      at(11 * MINUTE)
      expect(await seen(thief, OWN)).toMatchObject({ user: null, rejected: 'unproven' })
    })
  })

  it('is bound before log-in, if something is stored on the log-in page', async () => {
    await withBrowser(async (browser) => {
      await browser.register(await browser.ask('/write'))
      await browser.refresh()
      await browser.post('/login/ada')
      const first = `${NAME}=${browser.jar.get(NAME)}`
      expect(await seen(browser, OWN, first)).toMatchObject({ user: null, rejected: 'unproven' })
      expect(await seen(browser)).toMatchObject({ user: 'ada', isBound: true })
    })
  })

  it('is not offered a second time', async () => {
    await withBrowser(async (browser) => {
      await browser.post('/login/ada')
      for (const path of ['/write', '/write']) {
        expect((await browser.post(path)).header('secure-session-registration')).toBeNull()
      }
    })
  })

  it('is not bound by a request that only reads beside a page, within ten seconds', async () => {
    await withBrowser(async (browser) => {
      await browser.register(await browser.post('/login/ada'))
      await browser.refresh()
      expect((await browser.ask('/', OWN)).set).toEqual([])
      at(9)
      expect((await browser.ask('/', OWN)).set).toEqual([])
      at(10)
      expect((await browser.ask('/', OWN)).set.length).toBe(1)
    })
  })

  it('is bound by a request that writes it', async () => {
    await withBrowser(async (browser) => {
      await browser.register(await browser.post('/login/ada'))
      await browser.refresh()
      await browser.post('/write')
      expect(types()).toContain('bound')
    })
  })

  it('is registered again by a late response that brings back the session of before', async () => {
    await withBrowser(async (browser) => {
      await browser.register(await browser.post('/login/ada'))
      const before = browser.jar.get(NAME) as string
      await browser.refresh()
      await browser.ask('/')
      browser.jar.set(NAME, before)
      expect(await seen(browser, OWN)).toMatchObject({ user: 'ada', isBound: true })
      expect((await browser.ask('/')).set.length).toBe(1)
    })
  })

  it('ends with its proof at log-out', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      const { set } = await browser.post('/logout')
      expect(set.filter((line) => line.startsWith(`${PROOF}=;`)).length).toBe(1)
      expect(browser.jar.has(NAME)).toBe(false)
      expect((await browser.refresh()).body).toBe('{"continue":false}')
    })
  })

  it('is left where it is by a request that is not proved, and so is a good proof', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      const stolen = `${NAME}=${browser.jar.get(NAME)}`
      expect((await browser.ask('/', OWN, 'GET', stolen)).set).toEqual([])
    })
  })

  it('has a stray proof removed, by what a page fetches as well', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      const answer = await browser.ask('/', OWN, 'GET', `${NAME}=${browser.jar.get(NAME)}; ${PROOF}=made.up`)
      expect(answer.set).toEqual([expect.stringMatching(/^__Host-session\.bound=; Max-Age=0;/)])
      expect(JSON.parse(answer.body)).toMatchObject({ rejected: 'unproven' })
    })
  })

  it('is asked for by a page that loads itself again, if a link from elsewhere came without a proof', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      browser.jar.delete(PROOF)
      const answer = await browser.ask('/?a=1&b=2', LINKED)
      expect([answer.status, answer.header('refresh'), answer.header('cache-control'), answer.set]).toEqual([
        200,
        '0;url=?a=1&b=2',
        'no-store',
        [],
      ])
      expect(answer.body).toBe('<!doctype html><title></title>')
      expect((await browser.ask('/?a=1', { ...LINKED, 'sec-fetch-site': 'same-origin' })).header('refresh')).toBeNull()
    })
  })

  it('has its stray proof removed by that page', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      browser.jar.set(PROOF, 'made.up')
      const answer = await browser.ask('/')
      expect(answer.header('refresh')).toBe('0;url=?')
      expect(browser.jar.has(PROOF)).toBe(false)
      expect((await browser.ask('/')).header('refresh')).toBeNull()
    })
  })

  it('does not reach the app on such a page, nor does a request of the browser itself', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      browser.jar.delete(PROOF)
      expect((await browser.ask('/write', LINKED)).body).not.toMatch(/^\d/)
      expect((await browser.post('/.bound/session', {})).status).toBe(404)
    })
  })

  it('goes on unbound until its time is over, and not longer', async () => {
    await withBrowser(
      async (browser) => {
        await browser.post('/login/ada')
        at(HOUR - 1)
        expect(await seen(browser)).toMatchObject({ user: 'ada', isBound: false })
        at(HOUR)
        expect(await seen(browser)).toMatchObject({ user: null, rejected: 'unbound' })
      },
      { unboundTimeout: '1h' },
    )
  })

  it('goes on without a proof where that is not enforced, and only the event tells', async () => {
    await withBrowser(
      async (browser) => {
        await browser.bind()
        browser.jar.delete(PROOF)
        events.length = 0
        // As Chromium has it.
        const reason = `quota_exceeded;session_identifier="${browser.identifier}"`
        const headers = { ...LINKED, 'secure-session-skipped': reason }
        expect(await seen(browser, headers)).toEqual({ user: 'ada', isBound: false, rejected: null })
        expect(events[0]).toMatchObject({
          type: 'rejected',
          reason: 'unproven',
          skipped: 'quota_exceeded',
          enforced: false,
        })
      },
      { enforce: false },
    )
  })

  it('hands its key on where that is not enforced, so that a thief has nothing once it is', async () => {
    await withBrowser(
      async (browser, port) => {
        await browser.bind()
        const thief = new BoundBrowser(port)
        thief.jar.set(NAME, browser.jar.get(NAME) ?? '')
        for (const path of ['/login/ada', '/swap', '/login/ada']) {
          expect((await thief.post(path)).header('secure-session-registration')).toBeNull()
        }
        expect(await seen(thief)).toMatchObject({ user: 'ada', isBound: false })
        await serving(appOf(create as never) as never, async (enforcing) => {
          const there = new BoundBrowser(enforcing)
          expect(await seen(there, OWN, thief.cookies)).toMatchObject({ user: null, rejected: 'unproven' })
          // The owner, whose browser has the key, goes on; whoever logs in again without it gets another.
          const login = await there.ask('/login/ada', OWN, 'POST', thief.cookies)
          expect(login.header('secure-session-registration')).not.toBeNull()
        })
      },
      { enforce: false },
    )
  })

  it('has no answer of its own in a cache, whatever middleware in front says of the pages', async () => {
    const app = create() as express.Express
    const forCaches = { 'Cache-Control': 'public, max-age=600', 'CDN-Cache-Control': 'max-age=600' }
    app.use((_req, res, next) => {
      res.set({ ...forCaches, 'Surrogate-Control': 'max-age=600', 'X-Accel-Expires': '600', Vary: 'Accept' })
      next()
    })
    app.use(appOf(create as never))
    await serving(app as never, async (port) => {
      const browser = new BoundBrowser(port)
      const registered = await browser.register(await browser.post('/login/ada'))
      browser.challenge = ''
      const challenged = await browser.post('/.bound/session', { 'sec-secure-session-id': browser.identifier })
      const proved = await browser.refresh()
      await browser.ask('/')
      browser.jar.delete(PROOF)
      const bounced = await browser.ask('/', LINKED)
      expect([registered, challenged, proved, bounced].map(({ status }) => status)).toEqual([200, 403, 200, 200])
      for (const { header } of [registered, challenged, proved, bounced]) {
        expect([header('cache-control'), header('vary')]).toEqual(['no-store', 'Accept, Cookie'])
        for (const name of ['cdn-cache-control', 'surrogate-control', 'x-accel-expires']) {
          expect(header(name)).toBeNull()
        }
      }
    })
  })

  it('is opened by open() with its proof only', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      expect(JSON.parse((await browser.ask('/open', OWN)).body).session).toMatchObject({ user: 'ada' })
      browser.jar.delete(PROOF)
      expect(JSON.parse((await browser.ask('/open', OWN)).body)).toEqual({ session: null, rejected: 'unproven' })
    })
  })

  it('fits bound whenever it fits unbound, beside the time of a check, too', async () => {
    for (const more of [{}, { validate: () => true, validateEvery: '1h' }]) {
      const sizes = session({ keys: SECRET, deviceBound: true, ...more })
      const dataOf = (length: number) => ({ user: 'ada', text: 'x'.repeat(length) })
      let length = 2700
      const fits = () => {
        try {
          return Boolean(sizes.seal(dataOf(length + 1), { secure: true }))
        } catch {
          return false
        }
      }
      while (fits()) length += 1
      await withBrowser(
        async (browser) => {
          await browser.register(await browser.post(`/fill/${length}`))
          await browser.refresh()
          events.length = 0
          await browser.ask('/')
          expect(types()).toContain('bound')
          expect(types()).not.toContain('overflow')
        },
        true,
        more,
      )
    }
  })

  it('is kept through a rotation of keys', async () => {
    const old = appOf(create as never)
    const browser = await serving(old as never, async (port) => {
      const one = new BoundBrowser(port)
      await one.bind()
      return one
    })
    const NEW = 'Zr8K2mVxq0pT6nY4cJ1wB7dE9hL3sF5uA8gQ0iO2kMs'
    await serving(appOf(create as never, true, { keys: [NEW, SECRET] }) as never, async (port) => {
      const moved = new BoundBrowser(port, browser.device)
      for (const [name, value] of browser.jar) moved.jar.set(name, value)
      moved.identifier = browser.identifier
      at(30 * MINUTE)
      expect((await moved.refresh()).status).toBe(200)
      expect(await seen(moved)).toMatchObject({ user: 'ada', isBound: true })
    })
  })

  it('is like any other where the option is off: no proof and no header of the browser changes an answer', async () => {
    let bound: BoundBrowser | undefined
    await withBrowser(async (browser) => {
      await browser.bind()
      bound = browser
    })
    await serving(appOf(create as never, false) as never, async (port) => {
      const off = new BoundBrowser(port)
      const { jar, identifier } = bound as BoundBrowser
      const alone = `${NAME}=${jar.get(NAME)}`
      const device = { 'sec-secure-session-id': identifier, 'secure-session-response': 'a.b.c' }
      for (const [path, method] of [
        ['/', 'GET'],
        ['/write', 'POST'],
        ['/.bound/session', 'POST'],
        ['/logout', 'POST'],
      ] as const) {
        const plain = await off.ask(path, TYPED, method, alone)
        const more = await off.ask(path, { ...LINKED, ...device }, method, `${alone}; ${PROOF}=${jar.get(PROOF)}`)
        const namesOf = ({ set }: typeof plain) => set.map((line) => line.replace(/=[^;]+/, ''))
        expect([more.status, more.body, namesOf(more)]).toEqual([plain.status, plain.body, namesOf(plain)])
        expect([plain.header('refresh'), more.header('secure-session-challenge')]).toEqual([null, null])
        expect(plain.status).toBe(path === '/.bound/session' ? 404 : 200)
      }
    })
  })

  describe('and that pages of another host ask for', () => {
    const from = (host: string, site: string) => ({ ...OWN, 'sec-fetch-site': site, origin: `https://${host}:8443` })

    it('is warned of once for each host that is not listed, when it is not proved', async () => {
      await withBrowser(async (browser) => {
        await browser.bind()
        await browser.ask('/', from('app.example.com', 'same-site'))
        expect(warnings.codes()).toEqual([])
        browser.jar.delete(PROOF)
        for (const host of ['app', 'app', 'www']) await browser.ask('/', from(`${host}.example.com`, 'same-site'))
        expect(warnings.codes()).toEqual(['SESSION_WARN_INITIATOR', 'SESSION_WARN_INITIATOR'])
        expect(warnings.messages()[0]).toMatch(
          /^pages of app\.example\.com .*: if app\.example\.com is yours, add 'app\.example\.com' to deviceBound\./,
        )
      })
    })

    it('is warned of once if the host is listed, and the browser says that it is of another site', async () => {
      const initiators = ['app.example.com', 'app.example.org']
      await withBrowser(
        async (browser) => {
          for (const site of ['same-site', 'cross-site']) {
            await browser.ask('/', from('app.example.com', site === 'same-site' ? site : 'same-origin'))
            await browser.ask('/', from('app.example.net', site))
          }
          expect(warnings.codes()).toEqual([])
          for (const path of ['/', '/']) await browser.ask(path, from('app.example.org', 'cross-site'))
          expect(warnings.codes()).toEqual(['SESSION_WARN_INITIATOR'])
          expect(warnings.messages()[0]).toBe(
            'links from app.example.org, which is of another site, sign users out: ' +
              "remove 'app.example.org' from deviceBound.initiators",
          )
        },
        { initiators },
      )
    })

    it('is warned of the same by a link, which has a referrer only', async () => {
      await withBrowser(
        async (browser) => {
          for (const referer of ['https://app.example.com/', 'about:blank', 'https://app.example.org.example.com/']) {
            await browser.ask('/', { ...LINKED, referer })
          }
          expect(warnings.codes()).toEqual([])
          await browser.ask('/', { ...LINKED, referer: 'https://app.example.org/page' })
          expect(warnings.codes()).toEqual(['SESSION_WARN_INITIATOR'])
        },
        { initiators: ['app.example.org'] },
      )
    })

    it('is not warned of if its cookie goes to other sites, too', async () => {
      await withBrowser(
        async (browser) => {
          await browser.ask('/', from('app.example.org', 'cross-site'))
          expect(warnings.codes()).toEqual([])
        },
        { initiators: ['app.example.org'] },
        { cookie: { sameSite: 'none', secure: true } },
      )
    })
  })

  it('is never offered without TLS, nor to a client that is no browser', async () => {
    await withBrowser(async (browser) => {
      expect((await browser.ask('/login/ada', {}, 'POST')).header('secure-session-registration')).toBeNull()
      const plain = await browser.ask('/login/ada', { ...OWN, 'x-forwarded-proto': 'http' }, 'POST')
      expect([plain.status, plain.header('secure-session-registration')]).toEqual([200, null])
    })
  })

  it('is offered below the mount of the middleware, also by a router behind it', async () => {
    const app = create() as express.Express
    app.set('trust proxy', true)
    const inner = createRouter(create)
    inner.post('/login', (req: Any, res: Any) => {
      req.session.user = 'ada'
      res.json('in')
    })
    app.use('/api', session({ keys: SECRET, deviceBound: true }))
    app.use('/api/auth', inner)
    await serving(app as never, async (port) => {
      const browser = new BoundBrowser(port)
      const login = await browser.post('/api/auth/login')
      expect(login.header('secure-session-registration')).toContain('path="/api/.bound/session"')
      expect((await browser.register(login)).status).toBe(200)
    })
  })

  it.each([
    ['/%2Fevil.example', '/-evil.example'],
    ['/%5Cevil.example', '/-evil.example'],
    ['/%09%2fevil.example', '/--evil.example'],
    ['/%252Fevil.example', '/-2Fevil.example'],
    ['/a%23b', '/a-b'],
    ['/%2e%2E', '/--'],
    ['/caf%C3%A9%20a', '/caf%C3%A9%20a'],
  ])('is registered at no other host, whatever a link says that the mount is: %s', async (mount, path) => {
    const app = create() as express.Express
    app.set('trust proxy', true)
    app.use('/:tenant', session({ keys: SECRET, deviceBound: true }))
    app.post('/:tenant/login', (req: Any, res) => res.json((req.session.user = 'ada')))
    await serving(app as never, async (port) => {
      // Chromium (150) resolves the escapes: it would ask //evil.example.
      const offer = (await new BoundBrowser(port).post(`${mount}/login`)).header('secure-session-registration')
      expect(offer).toContain(`path="${path}/.bound/session"`)
    })
  })

  it('is registered at no other host if a pattern takes a path that begins with two slashes', async () => {
    const app = create() as express.Express
    app.set('trust proxy', true)
    app.use(/^\/+[\w.]+(?=\/)/, session({ keys: SECRET, deviceBound: true }))
    app.post(/login$/, (req: Any, res) => res.json((req.session.user = 'ada')))
    await serving(app as never, async (port) => {
      const offer = (await new BoundBrowser(port).post('//evil.example/login')).header('secure-session-registration')
      expect(offer).toContain('path="/evil.example/.bound/session"')
    })
  })

  it('has the path of a cookie that depends on the request', async () => {
    const cookie = () => ({ path: '/t' })
    await withBrowser(
      async (browser) => {
        const offer = await browser.post('/t/write')
        expect(offer.header('secure-session-registration')).toContain('path="/t/.bound/session"')
        expect((await browser.register(offer)).status).toBe(200)
      },
      true,
      { cookie },
    )
  })

  it.each([{ domain: 'example.com' }, { secure: false }, { partitioned: true, secure: true }])(
    'is an error where the cookie of a request cannot be bound: %j',
    async (attributes) => {
      await withBrowser(async (browser) => expect((await browser.post('/write')).status).toBe(500), true, {
        cookie: () => attributes,
      })
    },
  )

  it('does not touch a page whose app does not ask for the session', async () => {
    const cookie = () => {
      throw new Error('no tenant')
    }
    await withBrowser(
      async (browser) => {
        browser.jar.set(PROOF, 'made.up')
        for (const headers of [TYPED, LINKED]) expect((await browser.ask('/static', headers)).status).toBe(200)
      },
      true,
      { cookie },
    )
    await withBrowser(async (browser) => {
      await browser.bind()
      events.length = 0
      expect((await browser.ask('/static', OWN)).status).toBe(200)
      expect(events).toEqual([])
    })
  })

  it('loses the proof of an earlier session when another key is offered', async () => {
    let isRefused = false
    await withBrowser(
      async (browser) => {
        await browser.bind()
        isRefused = true
        const { set, header } = await browser.post('/login/eve')
        expect(header('secure-session-registration')).not.toBeNull()
        expect(set.some((line) => line.startsWith(`${PROOF}=;`))).toBe(true)
      },
      true,
      { validate: () => !isRefused },
    )
  })

  it('is refreshed whatever the schema of this version of the app says', async () => {
    const misfit = {
      '~standard': { version: 1, vendor: 'own', validate: (value: Any) => (value.user ? { issues: [] } : { value }) },
    }
    await withBrowser(async (browser, port) => {
      await browser.bind()
      void port
      const { identifier, challenge, device, jar } = browser
      await serving(appOf(create as never, true, { schema: misfit }) as never, async (other) => {
        const same = new BoundBrowser(other, device)
        Object.assign(same, { identifier, challenge })
        for (const [name, value] of jar) same.jar.set(name, value)
        expect((await same.refresh()).body).not.toBe('{"continue":false}')
      })
    })
  })

  it('lives as long as any other: refreshing is no use of it', async () => {
    await withBrowser(async (browser) => {
      await browser.bind()
      for (let hours = 6; hours <= 24; hours += 6) {
        at(hours * HOUR)
        await browser.refresh()
      }
      expect(await seen(browser)).toMatchObject({ user: null, rejected: 'idle' })
      at(8 * DAY)
      expect((await browser.refresh()).body).toBe('{"continue":false}')
    })
  })
})
