import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import session from '../../lib/index.js'
import { cookieOf, ENVIRONMENT, everyBlockRan, examplesOf } from '../support/examples.js'

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

  it('a password change ends what logged in with the old one', async () => {
    const { changePassword, logIn, validate } = await recipe('password-change.js')
    await changePassword('ada', 'first')
    const user = await logIn('ada', async (hash: string) => hash === 'first')
    expect(await validate({ user })).toBe(true)
    const changed = await changePassword('ada', 'second')
    expect([await validate({ user }), await validate({ user: changed })]).toEqual([false, true])
    expect(await logIn('ada', async (hash: string) => hash === 'first')).toBeUndefined()
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

  it('whoever was away is told so on the log-in page, until they log in again', async () => {
    await recipes.serve(recipes.fileOf('"You were signed out"'), async (origin) => {
      const { post } = visitorAt(origin)
      const see = async (path: string, cookie: string) => (await fetch(origin + path, { headers: { cookie } })).text()
      const login = cookieOf(await post('/login/Ada'))
      expect(await see('/', login)).toMatch(/^Hello, Ada, until 2/)
      expect(await see('/login', '')).toBe('Log in, please.')

      const away = unusedFor(31 * 60)
      for (const _time of ['first', 'second']) {
        expect(await see('/', away)).toBe('You were away for a while. Log in, please.')
      }
      expect(await see('/login', unusedFor(25 * 60 * 60))).toBe('Please log in once a day. Log in, please.')

      const out = await post('/logout', login)
      const guard = out.headers.getSetCookie().find((line) => line.startsWith('session.ended='))
      const [ended = ''] = guard?.split(';') ?? []
      expect(await see('/login', `${login}; ${ended}`)).toBe('You were signed out in another tab. Log in, please.')
      expect(await see('/', cookieOf(await post('/login/Ada', away)))).toMatch(/^Hello, Ada, until 2/)
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
      expect(Math.round((Date.parse(signedOutAt) - Date.now()) / 60_000)).toBe(10)

      const page = await ask('/', unused)
      expect(page.headers.getSetCookie()).toEqual([expect.stringMatching(/^session\.seen=/)])
      const used = await (await ask('/news', `${unused}; ${cookieOf(page)}`)).json()
      expect(Math.round((Date.parse(used.signedOutAt) - Date.now()) / 60_000)).toBe(30)

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

/** The cookie of somebody who logged in so many seconds ago, and has not come back since. */
function unusedFor(seconds: number): string {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - seconds * 1000 })
  try {
    return session<{ user: string }>({ keys: ENVIRONMENT.SESSION_KEYS }).seal({ user: 'Ada' }).cookie
  } finally {
    vi.useRealTimers()
  }
}

everyBlockRan(recipes)
