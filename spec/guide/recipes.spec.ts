import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { appWith } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { cookieOf, ENVIRONMENT, everyBlockRan, examplesOf } from '../support/examples.js'

type Any = any

const recipes = examplesOf('spec/guide/recipes.md')

/** A browser that shows what it was answered. */
function visitorAt(origin: string) {
  const post = (path: string, cookie = '', body: Record<string, string> = {}) =>
    fetch(origin + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams(body),
    })
  const see = async (cookie = '') => (await fetch(origin, { headers: { cookie } })).text()
  return { post, see }
}

describe('the recipes for ending sessions from the server', () => {
  beforeAll(() => {
    recipes.fileOf('Ending sessions from the server', 0, 'redis.js')
    recipes.fileOf('Log out everywhere', 0, 'log-out-everywhere.js')
    recipes.fileOf('Kill one session', 0, 'kill-one-session.js')
    recipes.fileOf('Password change', 0, 'password-change.js')
  })
  const recipe = (name: string) => import(pathToFileURL(join(recipes.folder, name)).href)

  it('log out everywhere ends every session, and the next log-in is let in', async () => {
    await recipes.serve(recipes.fileOf('Log out everywhere', 1), async (origin) => {
      const { post, see } = visitorAt(origin)
      const [here, there] = [cookieOf(await post('/login/Ada')), cookieOf(await post('/login/Ada'))]
      expect(await see(there)).toBe('Hello, Ada')
      await post('/log-out-everywhere', here)
      expect(await see(there)).toBe('Hello, stranger')
      expect(await see(cookieOf(await post('/login/Ada')))).toBe('Hello, Ada')
    })
  })

  it('one session is killed by its id', async () => {
    const { killOneSession, validate } = await recipe('kill-one-session.js')
    expect(await validate({ id: 'a' })).toBe(true)
    await killOneSession('a')
    expect([await validate({ id: 'a' }), await validate({ id: 'b' })]).toEqual([false, true])
  })

  it('a user sees their own log-ins, and ends one of them and none of another user', async () => {
    await recipes.serve(recipes.fileOf('Kill one session', 1), async (origin) => {
      const { post } = visitorAt(origin)
      const logInsOf = async (cookie: string) =>
        (await (await fetch(`${origin}/log-ins`, { headers: { cookie } })).json()) as { id: string }[]
      const ada = [cookieOf(await post('/login/Ada')), cookieOf(await post('/login/Ada'))] as const
      const eve = cookieOf(await post('/login/Eve'))
      const [first, second] = await logInsOf(ada[1])
      expect([first?.id === second?.id, (await logInsOf(eve)).length]).toEqual([false, 1])
      for (const cookie of [eve, '']) expect((await post(`/log-ins/${first?.id}/end`, cookie)).status).toBe(404)
      expect(await logInsOf(ada[0])).toHaveLength(2)
      expect((await post(`/log-ins/${first?.id}/end`, ada[1])).status).toBe(303)
      expect([await logInsOf(ada[0]), await logInsOf(ada[1])]).toEqual([[], [second]])
    })
  })

  it('a log-in that kills the id of before ends the copies of that session, too', async () => {
    const { killOneSession, validate } = await recipe('kill-one-session.js')
    const create = (kills: boolean) =>
      appWith(
        (app) => {
          app.get('/', (req: Any, res) => res.json({ ...req.session }))
          app.post('/basket', (req: Any, res) => res.json((req.session.basket = 'book')))
          app.post('/login', async (req: Any, res) => {
            const { id, createdAt } = req.session
            if (kills) await killOneSession(id, createdAt)
            await req.session.regenerate()
            res.json((req.session.user = 'Ada'))
          })
        },
        { validate },
      )
    const foundInCopy = async (kills: boolean) => {
      const app = create(kills)
      const [user, thief] = [new Browser(app), new Browser(app)]
      await user.post('/basket')
      for (const [name, value] of user.jar) thief.jar.set(name, value)
      await user.post('/login')
      expect((await user.get('/')).body).toEqual({ user: 'Ada' })
      return (await thief.get('/')).body
    }
    expect(await foundInCopy(false)).toEqual({ basket: 'book' })
    expect(await foundInCopy(true)).toEqual({})
  })

  it('a password change ends what logged in with the old one', async () => {
    const { changePassword, logIn, validate } = await recipe('password-change.js')
    await changePassword('ada', 'first')
    const user = await logIn('ada', async (hash: string) => hash === 'first')
    expect(await validate({ user })).toBe(true)
    const changed = await changePassword('ada', 'second')
    expect([await validate({ user }), await validate({ user: changed })]).toEqual([false, true])
    expect(await logIn('ada', async (hash: string) => hash === 'first')).toBeUndefined()
  })

  it('a password change ends the other sessions of that user, and not the one that changed it', async () => {
    await recipes.serve(recipes.fileOf('Password change', 1), async (origin) => {
      const { post, see } = visitorAt(origin)
      const first = { id: 'ada', password: 'first' }
      const [here, there] = [cookieOf(await post('/login', '', first)), cookieOf(await post('/login', '', first))]
      expect((await post('/password', here, { old: 'wrong', password: 'second' })).status).toBe(403)
      expect((await post('/password', '', { old: 'first', password: 'second' })).status).toBe(403)
      expect(await see(there)).toBe('Hello, ada')
      const changed = cookieOf(await post('/password', here, { old: 'first', password: 'second' }))
      expect([await see(changed), await see(there), await see(here)]).toEqual([
        'Hello, ada',
        'Hello, stranger',
        'Hello, stranger',
      ])
      expect((await post('/login', '', first)).status).toBe(401)
      expect((await post('/login', '', { id: 'ada', password: 'second' })).status).toBe(303)
    })
  })

  it('while Redis is away, one answer closes the app to who has a session, the other opens it, and both serve the rest', async () => {
    const { cookie } = session<{ user: string }>({ keys: ENVIRONMENT['SESSION_KEYS'] }).seal({ user: 'unreachable' })
    await recipes.serve(recipes.fileOf('When Redis is away'), async (origin) => {
      const see = async (path: string, headers = {}) => {
        const response = await fetch(origin + path, { headers })
        return [response.status, await response.text()]
      }
      for (const path of ['/account', '/news']) expect(await see(path)).toEqual([200, 'Hello, stranger'])
      expect(await see('/account', { cookie })).toEqual([503, 'Please try again in a minute'])
      expect(await see('/news', { cookie })).toEqual([200, 'Hello, unreachable'])
    })
  })
})

describe('the other recipes', () => {
  it('a user is remembered who asked for it, and no other', async () => {
    await recipes.serve(recipes.fileOf('Remember me'), async (origin) => {
      const { post, see } = visitorAt(origin)
      const usual = await post('/login', '', { name: 'Ada' })
      expect(usual.headers.getSetCookie()[0]).not.toContain('Max-Age')
      const remembered = await post('/login', '', { name: 'Ada', remember: '1' })
      expect(remembered.headers.getSetCookie()[0]).toContain(`; Max-Age=${30 * 24 * 60 * 60};`)
      expect(await see(cookieOf(remembered))).toBe('Hello, Ada')
    })
  })

  it('a sensitive action asks for the password again, also of whoever has a copy of the cookie', async () => {
    await recipes.serve(recipes.fileOf('Ask for the password again'), async (origin) => {
      const { post, see } = visitorAt(origin)
      const wentTo = async (path: string, cookie: string, body: Record<string, string>) =>
        (await post(path, cookie, body)).headers.get('location')
      const fresh = cookieOf(await post('/login', '', { id: 'ada', password: 'right' }))
      expect(await wentTo('/email', fresh, { email: 'new@example.com' })).toBe('/')
      expect(await see(fresh)).toBe('new@example.com')
      expect(await wentTo('/email', '', { email: 'eve@example.com' })).toBe('/login')

      // A copy that a thief made eleven minutes ago, and has used since.
      const copy = resealed<{ authenticatedAt: number }>(fresh, ({ authenticatedAt, ...rest }) => ({
        ...rest,
        authenticatedAt: authenticatedAt - 11 * 60_000,
      }))
      expect(await see(copy)).toBe('new@example.com')
      expect(await wentTo('/email', copy, { email: 'eve@example.com' })).toBe('/confirm')
      const guess = await post('/confirm', copy, { password: 'wrong', id: 'eve' })
      expect([guess.headers.get('location'), guess.headers.getSetCookie()]).toEqual(['/confirm', []])

      const confirmed = await post('/confirm', copy, { password: 'right' })
      expect(confirmed.headers.get('location')).toBe('/email')
      expect(idOf(cookieOf(confirmed))).not.toBe(idOf(copy))
      expect(await wentTo('/email', cookieOf(confirmed), { email: 'ada@example.org' })).toBe('/')
      // That the user has confirmed makes no copy recent.
      expect(await wentTo('/email', copy, { email: 'eve@example.com' })).toBe('/confirm')
      expect(await see(copy)).toBe('ada@example.org')
    })
  })

  it('who is in a session without the time of a log-in is asked for the password, and a stranger cannot confirm', async () => {
    const { cookie } = session<{ user: string }>({ keys: ENVIRONMENT.SESSION_KEYS }).seal({ user: 'ada' })
    await recipes.serve(recipes.fileOf('Ask for the password again'), async (origin) => {
      const { post } = visitorAt(origin)
      expect((await post('/email', cookie, { email: 'eve@example.com' })).headers.get('location')).toBe('/confirm')
      const stranger = await post('/confirm', '', { id: 'ada' })
      expect([stranger.headers.get('location'), stranger.headers.getSetCookie()]).toEqual(['/confirm', []])
    })
  })

  it('whoever has the password only is not logged in, for five minutes and five codes', async () => {
    await recipes.serve(recipes.fileOf('A second factor'), async (origin) => {
      const { post, see } = visitorAt(origin)
      const login = () => post('/login', '', { id: 'ada', password: 'right' })
      expect((await post('/login', '', { id: 'ada', password: 'wrong' })).headers.getSetCookie()).toEqual([])
      const pending = cookieOf(await login())
      expect(await see(pending)).toBe('Hello, stranger')

      const late = resealed<{ pending: { until: number } }>(pending, (data) => ({
        pending: { ...data.pending, until: data.pending.until - 5 * 60_000 },
      }))
      for (const cookie of ['', late]) {
        const response = await post('/code', cookie, { code: '123456' })
        expect([response.headers.get('location'), response.headers.getSetCookie()]).toEqual(['/login', []])
      }

      const done = await post('/code', pending, { code: '123456' })
      expect(await see(cookieOf(done))).toBe('Hello, ada')
      expect(dataOf(cookieOf(done))).toEqual({ user: 'ada' })
      expect(idOf(cookieOf(done))).not.toBe(idOf(pending))
      // Whoever kept the cookie of before, and saw the code.
      expect(await see(pending)).toBe('Hello, stranger')
      expect((await post('/code', pending, { code: '123456' })).status).toBe(403)

      const guesses = Array.from({ length: 4 }, () => post('/code', pending, { code: '000000' }))
      expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual([403, 403, 403, 403])
      for (const cookie of [pending, cookieOf(await login())]) {
        const right = await post('/code', cookie, { code: '654321' })
        expect([right.status, right.headers.getSetCookie()]).toEqual([429, []])
      }
    })
  })

  it('a log-in that waits for its code logs out who was logged in before', async () => {
    const { cookie } = session<{ user: string }>({ keys: ENVIRONMENT.SESSION_KEYS }).seal({ user: 'eve' })
    await recipes.serve(recipes.fileOf('A second factor'), async (origin) => {
      const { post, see } = visitorAt(origin)
      expect(await see(cookie)).toBe('Hello, eve')
      expect(await see(cookieOf(await post('/login', cookie, { id: 'ada', password: 'right' })))).toBe(
        'Hello, stranger',
      )
    })
  })

  describe('whoever was signed out is told on the log-in page, by a browser that heeds Max-Age', () => {
    const DAY = 24 * 60 * 60
    const options = { keys: ENVIRONMENT.SESSION_KEYS, idleTimeout: '30m', absoluteTimeout: '24h' }
    const serve = (use: (origin: string) => Promise<void>) =>
      recipes.serve(recipes.fileOf('"You were signed out"'), use)
    const see = async (origin: string, jar: Jar, path = '/login') =>
      (await fetch(origin + path, { headers: { cookie: jar.header() } })).text()
    async function post(origin: string, jar: Jar, path: string): Promise<void> {
      const response = await visitorAt(origin).post(path, jar.header())
      for (const line of response.headers.getSetCookie()) jar.store(line)
    }

    /** What somebody is shown who logged in so many seconds ago, with an app that has these attributes of the cookie. */
    async function shownAfter(seconds: number, cookie: object = {}): Promise<string> {
      let ago = seconds
      const jar = new Jar(() => Date.now() / 1000 - ago)
      jar.store(sealedAgo(seconds, { ...options, cookie }))
      jar.store('was-here=1; Max-Age=2592000')
      ago = 0
      let shown = ''
      await serve(async (origin) => void (shown = await see(origin, jar)))
      return shown
    }

    it('after the idle timeout', async () => {
      expect(await shownAfter(31 * 60)).toBe('You were away for a while. Log in, please.')
    })

    it('after the absolute timeout by the hint, and by the reason if the cookie ends with the browser', async () => {
      expect(await shownAfter(DAY + 60)).toBe('You were signed out. Log in, please.')
      expect(await shownAfter(DAY + 60, { maxAge: null })).toBe('Please log in once a day. Log in, please.')
    })

    it('after a log-out in another tab by the hint, and by the reason if a late response came', async () => {
      await serve(async (origin) => {
        const jar = new Jar(() => Date.now() / 1000)
        expect(await see(origin, jar)).toBe('Log in, please.')
        await post(origin, jar, '/login/Ada')
        expect(await see(origin, jar, '/')).toMatch(/^Hello, Ada, until 2/)
        const late = jar.lineOf('session')
        await post(origin, jar, '/logout')
        expect(await see(origin, jar, '/')).toBe('You were signed out. Log in, please.')
        jar.store(late)
        expect(await see(origin, jar)).toBe('You were signed out in another tab. Log in, please.')
        await post(origin, jar, '/login/Ada')
        expect(await see(origin, jar, '/')).toMatch(/^Hello, Ada, until 2/)
      })
    })
  })

  it('a poll reads a session without keeping it alive, and is told when it has ended', async () => {
    await recipes.serve(recipes.fileOf('Polls that do not keep a session alive'), async (origin) => {
      const { post } = visitorAt(origin)
      const ask = (path: string, cookie: string) => fetch(origin + path, { headers: { cookie } })
      expect((await ask('/news', cookieOf(await post('/login/Ada')))).status).toBe(200)
      const unused = unusedFor(20 * 60)

      const poll = await ask('/news', unused)
      expect(poll.headers.getSetCookie()).toEqual([])
      const { signedOutAt } = (await poll.json()) as { signedOutAt: string }
      expect([9, 10]).toContain(Math.round((Date.parse(signedOutAt) - Date.now()) / 60_000))

      const page = await ask('/', unused)
      expect(page.headers.getSetCookie()).toEqual([expect.stringMatching(/^session\.seen=/)])
      const used = await (await ask('/news', `${unused}; ${cookieOf(page)}`)).json()
      // To the minute: the program has a clock of its own.
      expect([29, 30]).toContain(Math.round((Date.parse(used.signedOutAt) - Date.now()) / 60_000))

      const late = await ask('/news', unusedFor(31 * 60))
      expect([late.status, await late.json()]).toEqual([401, { reason: 'idle' }])
    })
  })

  it('a basket is kept over the log-in, under a new id', async () => {
    await recipes.serve(recipes.fileOf('Keep a basket over the log-in'), async (origin) => {
      const { post, see } = visitorAt(origin)
      const anonymous = cookieOf(await post('/basket/book'))
      const before = JSON.parse(await see(anonymous))
      const after = JSON.parse(await see(cookieOf(await post('/login/Ada', anonymous))))
      expect([before.basket, after.basket, after.user]).toEqual([['book'], ['book'], 'Ada'])
      expect(after.id).not.toBe(before.id)
    })
  })

  it('a message is shown once, and whoever has none gets no cookie', async () => {
    await recipes.serve(recipes.fileOf('Messages for the next page'), async (origin) => {
      const { post } = visitorAt(origin)
      const cookie = cookieOf(await post('/save'))
      const shown = await fetch(origin, { headers: { cookie } })
      expect([await shown.json(), cookieOf(shown)]).toEqual([['Saved'], 'session='])
      const stranger = await fetch(origin)
      expect([await stranger.json(), stranger.headers.getSetCookie()]).toEqual([[], []])
    })
  })

  it('a session goes on under the new name of its cookie', async () => {
    const before = session<{ user: object }>({ keys: ENVIRONMENT['SESSION_KEYS'] })
    const { cookie } = before.seal({ user: { name: 'Ada' } }, { secure: false })
    await recipes.serve(recipes.fileOf("Change the cookie's name, domain or path"), async (origin) => {
      const { see, post } = visitorAt(origin)
      const read = await fetch(origin, { headers: { cookie } })
      expect([await read.text(), read.headers.getSetCookie()]).toEqual(['Hello, Ada', []])
      const [removed, set] = (await post('/name/Eve', cookie)).headers.getSetCookie()
      expect(removed).toMatch(/^session=; Max-Age=0;/)
      expect(set).toMatch(/^shop=[^;]{100}/)
      expect(await see(set?.split(';')[0])).toBe('Hello, Eve')
    })
  })

  it('Passport logs in and out', async () => {
    await recipes.serve(recipes.fileOf('Passport'), async (origin) => {
      const { post, see } = visitorAt(origin)
      expect((await post('/login', '', { username: 'ada', password: 'wrong' })).status).toBe(401)
      const cookie = cookieOf(await post('/login', '', { username: 'ada', password: 'right' }))
      expect(await see(cookie)).toBe('Hello, Ada')
      const out = await post('/logout', cookie)
      expect(out.headers.getSetCookie()[0]).toMatch(/^session=; Max-Age=0;/)
    })
  })

  it('tokens of a provider are refreshed once for all requests, and a log-out takes them from every copy', async () => {
    const provider = new Provider()
    await listening(provider.handle, async (at) => {
      const file = recipes.fileOf('Tokens of an OpenID provider')
      const env = { TOKEN_URL: `${at}/token`, API_URL: `${at}/api` }
      const use = async (origin: string) => {
        const { post, see } = visitorAt(origin)
        const get = (path: string, cookie = '') =>
          fetch(origin + path, { redirect: 'manual', headers: { cookie } }) as Promise<Response>
        expect((await get('/callback?code=made-up')).headers.getSetCookie()).toEqual([])

        const cookie = cookieOf(await get('/callback?code=good'))
        expect(Object.keys(dataOf(cookie))).toEqual(['user', 'grant'])
        provider.isHeld = true
        const waiting = Array.from({ length: 5 }, () => get('/orders', cookie))
        await provider.asked
        expect((await get('/orders')).headers.get('location')).toBe('/login')
        provider.release()
        const answers = await Promise.all((await Promise.all(waiting)).map((response) => response.text()))
        expect(answers).toEqual(Array(5).fill('orders of access-2'))
        expect(provider.refreshes).toEqual(['refresh-1'])

        const copy = cookie
        expect(await see(copy)).toBe('Hello, ada')
        await post('/logout', cookie)
        expect(await see(copy)).toBe('Hello, stranger')
        const thief = await get('/orders', copy)
        expect([thief.status, thief.headers.get('location')]).toEqual([303, '/login'])
        expect(provider.refreshes).toHaveLength(1)

        const ended = cookieOf(await get('/callback?code=good'))
        provider.end()
        expect((await get('/orders', ended)).headers.get('location')).toBe('/login')
      }
      await recipes.serve(file, use, env)
    })
  })

  it('a refresh token in the cookie ends the grant as soon as two requests bring the same cookie', async () => {
    const provider = new Provider()
    await listening(provider.handle, async (at) => {
      const app = appWith((routes) => {
        routes.get('/login', async (req: Any, res) => {
          req.session.tokens = await tokensFrom(`${at}/token`, { grant_type: 'authorization_code', code: 'good' })
          res.json(null)
        })
        routes.get('/orders', async (req: Any, res) => {
          const { refresh_token } = req.session.tokens
          const tokens = await tokensFrom(`${at}/token`, { grant_type: 'refresh_token', refresh_token })
          if (tokens) req.session.tokens = tokens
          res.json(tokens?.access_token ?? null)
        })
      })
      const [browser, sameTime] = [new Browser(app), new Browser(app)]
      await browser.get('/login')
      for (const [name, value] of browser.jar) sameTime.jar.set(name, value)
      expect((await browser.get('/orders')).body).toBe('access-2')
      expect((await sameTime.get('/orders')).body).toBeNull()
      // The one that was first is not served either, from now on.
      expect((await browser.get('/orders')).body).toBeNull()
    })
  })

  it('a test signs in with seal', () => {
    const file = recipes.fileOf('Sign in in a test', 0, 'seal.test.js')
    const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      encoding: 'utf8',
      env: { ...process.env, ...ENVIRONMENT, NODE_ENV: 'test', NODE_TEST_CONTEXT: undefined },
    })
    expect(output).toContain('# pass 1')
  })

  it('events are counted for Prometheus', async () => {
    await recipes.serve(recipes.fileOf('Counting what happens: Prometheus'), async (origin) => {
      await fetch(origin, { headers: { cookie: cookieOf(await fetch(origin)) } })
      const metrics = await (await fetch(`${origin}/metrics`)).text()
      expect(metrics).toMatch(/^session_events_total\{type="opened",name="session",reason="",kid="[\w-]+"\} 1$/m)
      expect(metrics).toMatch(/^session_cookie_bytes_count 2$/m)
    })
  })
})

/** The data of a session's cookie. */
function dataOf(cookie: string): Any {
  const opened = session<Any>({ keys: ENVIRONMENT.SESSION_KEYS }).open({ headers: { cookie } })
  expect(opened.rejected).toBeNull()
  return { ...opened.session }
}

function idOf(cookie: string): string | undefined {
  return session<Any>({ keys: ENVIRONMENT.SESSION_KEYS }).open({ headers: { cookie } }).session?.id
}

/** A cookie as it would be if the app had written something else into it. */
function resealed<Data>(cookie: string, change: (data: Data & object) => object): string {
  return session<Any>({ keys: ENVIRONMENT.SESSION_KEYS }).seal(change(dataOf(cookie))).cookie
}

/**
 * The token endpoint of a provider that replaces refresh tokens, and ends the grant when an old one comes again; and
 * the API that takes its access tokens.
 */
class Provider {
  /** The refresh tokens that came, in order. */
  readonly refreshes: string[] = []
  /** Whether refreshes wait for `release`. */
  isHeld = false
  release: () => void = () => {}
  /** When the first refresh has come. */
  readonly asked: Promise<void>
  #arrived: () => void = () => {}
  #current = 0

  constructor() {
    this.asked = new Promise((resolve) => (this.#arrived = resolve))
  }

  /** Ends the grant. */
  end(): void {
    this.#current = Number.NaN
  }

  readonly handle: RequestListener = async (req, res) => {
    if (req.url === '/api') {
      const token = req.headers.authorization?.replace('Bearer ', '')
      res.writeHead(token === `access-${this.#current}` ? 200 : 401).end(`orders of ${token}`)
      return
    }
    const asked = Object.fromEntries(new URLSearchParams(await text(req)))
    const isGranted = asked['grant_type'] === 'refresh_token' ? await this.#refresh(asked) : this.#begin(asked)
    if (!isGranted) return void res.writeHead(400).end('{ "error": "invalid_grant" }')
    const number = this.#current
    // The first lasts for less than half a minute, within which apps take another.
    const tokens = { access_token: `access-${number}`, refresh_token: `refresh-${number}` }
    res.end(JSON.stringify({ ...tokens, expires_in: number === 1 ? 20 : 3600 }))
  }

  #begin({ code }: Record<string, string>): boolean {
    this.#current = 1
    return code === 'good'
  }

  async #refresh({ refresh_token: token = '' }: Record<string, string>): Promise<boolean> {
    this.refreshes.push(token)
    this.#arrived()
    if (this.isHeld) await new Promise<void>((resolve) => (this.release = resolve))
    this.isHeld = false
    if (token !== `refresh-${this.#current}`) this.end()
    this.#current++
    return !Number.isNaN(this.#current)
  }
}

async function tokensFrom(url: string, parameters: Record<string, string>): Promise<Any> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(parameters) })
  return response.ok ? await response.json() : undefined
}

/** A server on loopback, until `use` is done with it. */
async function listening(handle: RequestListener, use: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Cookies as a browser keeps them: until their Max-Age has passed. */
class Jar {
  readonly #now: () => number
  readonly #cookies = new Map<string, { readonly line: string; readonly end: number }>()

  /** @param now in seconds */
  constructor(now: () => number) {
    this.#now = now
  }

  store(line: string): void {
    const [, age] = /; Max-Age=(\d+)/i.exec(line) ?? []
    const end = age === undefined ? Number.POSITIVE_INFINITY : this.#now() + Number(age)
    this.#cookies.set(line.slice(0, line.indexOf('=')), { line, end })
  }

  lineOf(name: string): string {
    return this.#cookies.get(name)?.line ?? ''
  }

  header(): string {
    const kept = [...this.#cookies.values()].filter(({ end }) => end > this.#now())
    return kept.map(({ line }) => line.split(';')[0]).join('; ')
  }
}

/** The cookie of somebody who logged in so many seconds ago, and has not come back since. */
function unusedFor(seconds: number): string {
  return sealedAgo(seconds, { keys: ENVIRONMENT.SESSION_KEYS }).split(';')[0] as string
}

/** The `Set-Cookie` line of a log-in so many seconds ago. */
function sealedAgo(seconds: number, options: SessionOptions): string {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - seconds * 1000 })
  try {
    return session<{ user: string }>(options as Any).seal({ user: 'Ada' }).setCookie
  } finally {
    vi.useRealTimers()
  }
}

everyBlockRan(recipes)
