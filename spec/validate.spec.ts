import { runInNewContext } from 'node:vm'
import type express from 'express'
import type { Express } from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import session, { type SessionEvent, type SessionOptions } from '../lib/index.js'
import { isDueForCheck } from '../lib/request/validate.js'
import { open, seal } from '../lib/token/jwe.js'
import type { TokenKey, TokenKeys } from '../lib/token/key.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, HOUR, MINUTE, START, startClock, stopClock } from './support/clock.js'
import { tokenKeys, tokenKeysFor } from './support/keys.js'
import { SECRET } from './support/secrets.js'
import { sealedLine, seenLine } from './support/set-cookie.js'
import { CLAIMS, plaintextOf } from './support/tokens.js'

type Any = any
type Validate = NonNullable<SessionOptions<Any>['validate']>

beforeEach(stopClock)
afterEach(startClock)

const handled = vi.fn()
afterEach(() => handled.mockClear())

function routes(app: Express): void {
  app.get('/login', async (req: Any, res) => {
    await req.session.regenerate()
    req.session.user = 'Ada'
    res.json(null)
  })
  app.get('/me', (req: Any, res) => {
    handled()
    res.json({ user: req.session.user ?? null, role: req.session.role ?? null, isNew: req.session.isNew })
  })
  app.get('/fill', (req: Any, res) => {
    req.session.user = 'Ada'
    req.session.text = ''
    // As much as fits, to the byte.
    while (req.session.size.remaining > 1) req.session.text += 'x'
    res.json(null)
  })
  app.get('/reload', async (req: Any, res) => {
    await req.session.reload()
    res.json(req.session.user ?? null)
  })
  app.get('/count', (req: Any, res) => {
    req.session.count = (req.session.count ?? 0) + 1
    res.json(null)
  })
  app.get('/rejected', (req: Any, res) => res.json(req.session.rejected ?? 'accepted'))
  app.get('/untouched', (_req, res) => void res.json(null))
}

describe.each(EXPRESSES)('validate on %s', (_name, create) => {
  const browsing = (options: SessionOptions<Any>) =>
    new Browser(appWith(routes, options as SessionOptions, create as typeof express))

  /** How the app answers in what it was asked: at once, or later. */
  const answers: [string, (answer: () => boolean) => Validate][] = [
    ['at once', (answer) => answer],
    ['later', (answer) => async () => answer()],
  ]

  describe.each(answers)('that answers %s', (_when, validate) => {
    it('lets a session go on, without a cookie for it', async () => {
      const browser = browsing({ validate: validate(() => true) })
      await browser.get('/login')
      const response = await browser.get('/me')
      expect(response.body).toEqual({ user: 'Ada', role: null, isNew: false })
      expect(setCookies(response)).toEqual([])
    })

    it('refuses it with false: the handler finds a new session, and the cookie stays where it is', async () => {
      const events: SessionEvent[] = []
      const browser = browsing({ validate: validate(() => false), onEvent: (event) => events.push(event) })
      await browser.get('/login')
      const response = await browser.get('/me')
      expect(response.body).toEqual({ user: null, role: null, isNew: true })
      expect(setCookies(response)).toEqual([])
      expect(events.slice(1).map((event) => ('reason' in event ? event.reason : event.type))).toEqual([
        'opened',
        'invalidated',
      ])
      const [, opened, rejected] = events as [SessionEvent, { kid: string }, SessionEvent]
      expect(rejected).toEqual({ type: 'rejected', name: 'session', reason: 'invalidated', kid: opened.kid })
      expect([...browser.jar.keys()]).toEqual(['session'])
    })

    it('is asked about a session that it has refused with every request that brings it', async () => {
      for (const validateEvery of [0, '5m'] as const) {
        const ask = vi.fn(() => false)
        const browser = browsing({ validate: validate(ask), validateEvery })
        await browser.get('/login')
        for (const times of [1, 2, 3]) {
          expect((await browser.get('/me')).body.user).toBeNull()
          expect(ask).toHaveBeenCalledTimes(times)
        }
        // Until it lets the session go on.
        ask.mockReturnValue(true)
        expect((await browser.get('/me')).body.user).toBe('Ada')
      }
    })

    it('tells the app by req.session.rejected that it has refused a session, until one is written', async () => {
      const browser = browsing({ validate: validate(() => false) })
      await browser.get('/login')
      for (const _time of [1, 2]) expect((await browser.get('/rejected')).body).toBe('invalidated')
      const taken = browsing({})
      taken.jar.set('session', browser.jar.get('session') as string)
      expect((await taken.get('/rejected')).body).toBe('accepted')
    })

    it('makes room for a log-in where it has refused a session', async () => {
      const allowed = vi.fn(() => false)
      const browser = browsing({ validate: validate(allowed) })
      await browser.get('/login')
      expect(setCookies(await browser.get('/login'))).toEqual([expect.stringMatching(sealedLine())])
      allowed.mockReturnValue(true)
      expect((await browser.get('/me')).body.user).toBe('Ada')
    })

    it('refuses it where the handler does not ask for it', async () => {
      const events: SessionEvent[] = []
      const browser = browsing({ validate: validate(() => false), onEvent: (event) => events.push(event) })
      await browser.get('/login')
      expect(setCookies(await browser.get('/untouched'))).toEqual([])
      expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'invalidated' })
      expect([...browser.jar.keys()]).toEqual(['session'])
    })

    it('is closed when it fails: the error goes to next, the handler does not run, the session stays', async () => {
      const broken = Object.assign(new Error('the database is away'), { code: 'ECONNREFUSED', status: 503 })
      const browser = browsing({
        validate: validate(() => {
          throw broken
        }),
      })
      await browser.get('/login')
      const { status, body } = await browser.get('/me')
      expect([status, body.code]).toEqual([503, 'ECONNREFUSED'])
      expect(handled).not.toHaveBeenCalled()
      expect(browser.jar.has('session')).toBe(true)
    })

    it('leaves no session to who lets the request pass nevertheless, and none that an error page could write', async () => {
      const error = new Error('the database is away')
      const failing = vi
        .fn<() => boolean>()
        .mockReturnValueOnce(true)
        .mockImplementation(() => {
          throw error
        })
      const app = create()
      app.use(session<Any>({ keys: SECRET, validate: validate(failing), logoutGuard: true }))
      app.get('/login', (req: Any, res: Any) => void res.json((req.session.user = 'Ada')))
      app.use((_error: unknown, req: Any, res: Any, next: Any) => {
        const { session } = req
        if (req.path === '/pass') next()
        else if (req.path === '/end') res.json((req.session = null))
        else if (req.path === '/anew') res.json((req.session = { flash: 'sorry' }))
        else res.json({ session: session ?? 'none', id: req.sessionID ?? 'none' })
      })
      app.get('/pass', (req: Any, res: Any) => void res.json(req.session ?? 'none'))
      const browser = new Browser(app as Any)
      await browser.get('/login')
      await browser.get('/any')
      const cookie = browser.jar.get('session')
      expect((await browser.get('/any')).body).toEqual({ session: 'none', id: 'none' })
      const passed = await browser.get('/pass')
      expect(passed.body).toBe('none')
      expect([passed.headers['vary'], setCookies(passed)]).toEqual(['Cookie', []])
      expect(browser.jar.get('session')).toBe(cookie)
      // What the error page begins or ends by itself is another session.
      const idOf = (token = '') =>
        session<Any>({ keys: SECRET }).open({ headers: { cookie: `session=${token}` } }).session
      await browser.get('/anew')
      expect(idOf(browser.jar.get('session'))).toMatchObject({ flash: 'sorry' })
      expect(idOf(browser.jar.get('session'))?.id).not.toBe(idOf(cookie)?.id)
      await browser.get('/end')
      expect(browser.jar.has('session')).toBe(false)
    })

    it.each([undefined, null, false, 0, '', 'route', 'router'])('is closed when it throws %j, too', async (thrown) => {
      const browser = browsing({
        validate: validate(() => {
          throw thrown
        }),
      })
      await browser.get('/login')
      const { status, body } = await browser.get('/me')
      expect([status, body.code]).toEqual([500, 'ERR_SESSION_OPTIONS'])
      expect(handled).not.toHaveBeenCalled()
    })

    it('refuses it for the whole request: reload() does not bring it back', async () => {
      const browser = browsing({ validate: validate(() => false) })
      await browser.get('/login')
      const response = await browser.get('/reload')
      expect([response.body, setCookies(response)]).toEqual([null, []])
      expect([...browser.jar.keys()]).toEqual(['session'])
    })

    it.each([undefined, null, 1, 'yes', {}])('takes %j for a mistake, not for an answer', async (answer) => {
      const browser = browsing({ validate: validate(() => answer as never) })
      await browser.get('/login')
      const { status, body } = await browser.get('/me')
      expect([status, body.code]).toEqual([500, 'ERR_SESSION_OPTIONS'])
      expect(body.message).toMatch(/return true if the session may go on, or false to end it$/)
      expect(handled).not.toHaveBeenCalled()
    })
  })

  it('may answer with a promise of any kind', async () => {
    for (const answer of [true, false]) {
      const elsewhere = runInNewContext(`Promise.resolve(${answer})`)
      // biome-ignore lint/suspicious/noThenProperty: that is what a promise of a library is
      for (const promise of [elsewhere, { then: (resolve: (value: boolean) => void) => resolve(answer) }]) {
        const browser = browsing({ validate: () => promise as Promise<boolean> })
        await browser.get('/login')
        expect((await browser.get('/me')).body.user).toBe(answer ? 'Ada' : null)
      }
    }
  })

  it('keeps the session from every handler behind, also where the middleware stands a second time', async () => {
    const sessions = session({
      keys: SECRET,
      validate: () => {
        throw new Error('the database is away')
      },
    })
    const app = create()
    app.use(sessions as express.RequestHandler)
    app.use(((_error, _req, _res, next) => next()) satisfies express.ErrorRequestHandler)
    app.use(sessions as express.RequestHandler)
    routes(app)
    const browser = new Browser(app)
    browser.jar.set('session', sessions.seal({ user: 'Ada' } as object).value)
    expect((await browser.get('/me')).status).toBe(500)
    expect(handled).not.toHaveBeenCalled()
  })

  it('is not asked for a visitor without a session, nor for one that is empty or rejected', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate })
    await browser.get('/me')
    browser.jar.set('session', 'rubbish')
    await browser.get('/me')
    await browser.get('/login')
    expect(validate).not.toHaveBeenCalled()
  })

  it('may change the session, which is written then', async () => {
    const browser = browsing({
      async validate(session, req) {
        Object.assign(session, { role: `of ${session['user']} at ${req.url}` })
        return true
      },
    })
    await browser.get('/login')
    const response = await browser.get('/me')
    expect(response.body.role).toBe('of Ada at /me')
    expect(setCookies(response)).toHaveLength(1)
  })

  it('is given the id of the session, and when it began', async () => {
    const seen: unknown[] = []
    const browser = browsing({
      validate: ({ id, createdAt }) => {
        seen.push([id.length, createdAt])
        return true
      },
    })
    await browser.get('/login')
    at(HOUR)
    await browser.get('/me')
    expect(seen).toEqual([[22, new Date(START * 1000)]])
  })

  it('with validateEvery is asked once in that time, and the time of the last check rides in the companion', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate, validateEvery: '5m' })
    await browser.get('/login')
    at(10)
    const checked = await browser.get('/untouched')
    expect(setCookies(checked)).toEqual([expect.stringMatching(seenLine())])
    expect(checked.headers['cache-control']).toBe('no-store')
    expect(claimsOf(browser)).toEqual([
      expect.not.objectContaining({ chk: expect.anything() }),
      expect.objectContaining({ iat: START, chk: START + 10 }),
    ])
    for (const seconds of [11, 5 * MINUTE + 9]) {
      at(seconds)
      expect(setCookies(await browser.get('/me'))).toEqual([])
    }
    expect(validate).toHaveBeenCalledTimes(1)
    at(5 * MINUTE + 10)
    expect(setCookies(await browser.get('/me'))).toEqual([expect.stringMatching(seenLine())])
    expect(validate).toHaveBeenCalledTimes(2)
    expect(claimsOf(browser)[1]).toMatchObject({ iat: START, chk: START + 5 * MINUTE + 10 })
  })

  it('with validateEvery keeps the time of the last check also when the session slides, or is written', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate, validateEvery: '6h' })
    await browser.get('/login')
    at(HOUR)
    await browser.get('/me')
    at(4 * HOUR)
    await browser.get('/me')
    expect(claimsOf(browser)[1]).toMatchObject({ iat: START + 4 * HOUR, chk: START + HOUR })
    at(5 * HOUR)
    await browser.get('/count')
    expect(claimsOf(browser)[0]).toMatchObject({ iat: START + 5 * HOUR, chk: START + HOUR })
    expect(validate).toHaveBeenCalledTimes(1)
    at(7 * HOUR)
    await browser.get('/me')
    expect(validate).toHaveBeenCalledTimes(2)
  })

  it('with validateEvery asks about a session whose companion did not come along', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate, validateEvery: '5m' })
    await browser.get('/login')
    await browser.get('/me')
    browser.jar.delete('session.seen')
    await browser.get('/me')
    expect(validate).toHaveBeenCalledTimes(2)
  })

  it('with validateEvery is asked again where the companion is that of another session', async () => {
    const validate = vi.fn(() => true)
    const [one, other] = [browsing({ validate, validateEvery: '5m' }), browsing({ validate, validateEvery: '5m' })]
    for (const browser of [one, other]) {
      await browser.get('/login')
      await browser.get('/me')
    }
    expect(validate).toHaveBeenCalledTimes(2)
    one.jar.set('session.seen', other.jar.get('session.seen') as string)
    await one.get('/me')
    expect(validate).toHaveBeenCalledTimes(3)
  })

  it.each(['session', 'session.seen'])(
    'with validateEvery takes a time of the last check that lies more than a minute ahead for none: in %s',
    async (name) => {
      const validate = vi.fn(() => true)
      const browser = browsing({ validate, validateEvery: '5m' })
      const sealed = (data: object, claims: object, keys: TokenKeys) =>
        seal(plaintextOf(data, { ...CLAIMS, ...claims }), keys.active(START) as TokenKey)
      const visit = (ahead: number) => {
        const chk = START + ahead
        browser.jar.set('session', sealed({ user: 'Ada' }, name === 'session' ? { chk } : {}, tokenKeys()))
        browser.jar.delete('session.seen')
        if (name === 'session.seen') browser.jar.set(name, sealed({}, { chk }, tokenKeysFor('seen/session')))
        return browser.get('/me')
      }
      expect(setCookies(await visit(60))).toEqual([])
      expect(validate).not.toHaveBeenCalled()
      expect(setCookies(await visit(61))).toEqual([expect.stringMatching(seenLine())])
      expect(validate).toHaveBeenCalledTimes(1)
      // What is kept now counts, whatever lies ahead in the session.
      expect(setCookies(await browser.get('/me'))).toEqual([])
      expect(validate).toHaveBeenCalledTimes(1)
    },
  )

  it('with validateEvery leaves alone what need not be asked about: nothing is written, and caches are not told', async () => {
    const browser = browsing({ validate: () => true, validateEvery: '5m' })
    await browser.get('/login')
    await browser.get('/me')
    const response = await browser.get('/untouched')
    expect(setCookies(response)).toEqual([])
    expect(response.headers['vary']).toBeUndefined()
  })

  it('with validateEvery keeps the time of the check also for a session that is full to the byte', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate, validateEvery: '5m' })
    await browser.get('/fill')
    const response = await browser.get('/me')
    expect([response.status, setCookies(response)]).toEqual([200, [expect.stringMatching(seenLine())]])
    await browser.get('/me')
    expect(validate).toHaveBeenCalledTimes(1)
  })

  it('with validateEvery does not make an error of a full session where one cookie must keep the time, too', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate, validateEvery: '5m', oneCookie: true })
    await browser.get('/fill')
    for (const times of [1, 2]) {
      const response = await browser.get('/me')
      expect([response.status, setCookies(response)]).toEqual([200, []])
      expect(validate).toHaveBeenCalledTimes(times)
    }
  })

  it('with validateEvery keeps the time of the last check in the session where one cookie is all that there is', async () => {
    const validate = vi.fn(() => true)
    const browser = browsing({ validate, validateEvery: '5m', oneCookie: true })
    await browser.get('/login')
    at(10)
    expect(setCookies(await browser.get('/untouched'))).toEqual([expect.stringMatching(sealedLine())])
    expect(claimsOf(browser)).toEqual([expect.objectContaining({ iat: START, chk: START + 10 })])
    at(5 * MINUTE + 9)
    expect(setCookies(await browser.get('/me'))).toEqual([])
    expect(validate).toHaveBeenCalledTimes(1)
  })

  it('is asked with every request when the time of the last check is no longer kept, and nothing is written for it', async () => {
    const validate = vi.fn(() => true)
    const every = browsing({ validate, validateEvery: '5m' })
    await every.get('/login')
    // The time is in the companion, and then in the session as well.
    for (const path of ['/me', '/count']) {
      await every.get(path)
      const always = browsing({ validate })
      for (const [name, value] of every.jar) always.jar.set(name, value)
      validate.mockClear()
      for (const times of [1, 2]) {
        expect(setCookies(await always.get('/me'))).toEqual([])
        expect(validate).toHaveBeenCalledTimes(times)
      }
    }
  })
})

/** The claims of what is in a browser: the session, and its companion if there is one. */
function claimsOf({ jar }: Browser): object[] {
  const all = [
    ['session', tokenKeys()],
    ['session.seen', tokenKeysFor('seen/session')],
  ] as const
  return all.flatMap(([name, keys]) => {
    const token = jar.get(name)
    if (token === undefined) return []
    const opened = open(token, keys, START, 4096)
    return 'rejected' in opened ? [] : [opened.claims]
  })
}

describe('validate', () => {
  it('may end the session itself', async () => {
    const browser = new Browser(
      appWith(routes, {
        async validate(session) {
          await session.destroy()
          return true
        },
      }),
    )
    await browser.get('/login')
    await browser.get('/untouched')
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
  })

  it('is not asked by open(req), which returns at once', async () => {
    const validate = vi.fn(() => false)
    const handler = session({ keys: SECRET, validate })
    const { cookie } = handler.seal({ user: 'Ada' } as object)
    expect(handler.open({ headers: { cookie } } as Any).session).toMatchObject({ user: 'Ada' })
    expect(validate).not.toHaveBeenCalled()
  })

  it('does not make an error of the app one of its own: what a handler throws later is not swallowed', async () => {
    const handler = session({ keys: SECRET, validate: async () => true })
    const { cookie } = handler.seal({ user: 'Ada' } as object)
    const uncaught = await new Promise((resolve) => {
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener)
        resolve(error)
      })
      handler({ headers: { cookie } } as Any, { writeHead() {}, write() {}, end() {} } as Any, () => {
        throw new Error('thrown by next')
      })
    })
    expect(uncaught).toMatchObject({ message: 'thrown by next' })
  })
})

describe('a check', () => {
  it.each([
    ['when it was never made', undefined, 300, true],
    ['with every request, where nothing is said', 1000, 0, true],
    ['not before the time has passed', 701, 300, false],
    ['when the time has passed', 700, 300, true],
    ['not while it lies in the future, by the clock of another instance', 1010, 300, false],
    ['not while it lies as far in the future as clocks may be apart', 1060, 300, false],
    ['when it lies farther in the future, as who has an exported key could make it', 1061, 300, true],
  ])('is due %s', (_when, checked, every, due) => {
    expect(isDueForCheck(checked, every, 1000)).toBe(due)
  })
})
