import { inspect } from 'node:util'
import express, { type Express } from 'express'
import { afterEach, describe, expect, it, vi } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { LateUse } from '../../lib/request/late-use.js'
import { LostChanges } from '../../lib/request/lost-changes.js'
import { newRecord, type SessionRecord } from '../../lib/session/record.js'
import { LiveSession, type SessionHost } from '../../lib/session/session.js'
import { EXPRESSES } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
afterEach(() => vi.useRealTimers())

const LATE = /^session\.(\S+) (?:was changed|came) after the headers were sent \((.*?)\)/
/** What was warned about: the code, and the place in the session. */
const told = () =>
  warnings.messages().map((message) => {
    const [, what] = /^session\.?(\S*) /.exec(message) ?? []
    return what
  })

const CART = { user: 'Ada', count: 1, cart: { items: ['tea'], note: 'none' } }

/** An app that fills the session at /fill, and whose other routes are these handlers. */
function shop(
  handlers: Record<string, (req: Any, res: Any) => unknown>,
  create = express,
  options: SessionOptions = {},
) {
  const app: Express = create()
  app.use(session({ keys: SECRET, ...options }))
  app.get('/fill', (req: Any, res) => {
    req.session = structuredClone(CART)
    res.json(null)
  })
  for (const [name, handler] of Object.entries(handlers)) app.get(`/${name}`, handler)
  return new Browser(app)
}

async function visited(handler: (req: Any, res: Any) => unknown): Promise<Browser> {
  const browser = shop({ act: handler })
  await browser.get('/fill')
  await browser.get('/act')
  return browser
}

const turn = () => new Promise(setImmediate)

describe.each(EXPRESSES)('a change that no cookie carries, in %s', (_name, create) => {
  const changes: [string, string, (req: Any) => unknown][] = [
    ['a value', 'user', (req) => (req.session.user = 'Eve')],
    ['a new key', 'fresh', (req) => (req.session.fresh = 1)],
    ['a deleted key', 'user', (req) => delete req.session.user],
    ['a counter', 'count', (req) => req.session.count++],
    ['a nested value', 'cart.note', (req) => (req.session.cart.note = 'gift')],
    ['a nested new key', 'cart.fresh', (req) => (req.session.cart.fresh = 1)],
    ['a nested deleted key', 'cart.note', (req) => delete req.session.cart.note],
    ['a list that grows', 'cart.items', (req) => req.session.cart.items.push('milk')],
    ['a list that shrinks', 'cart.items', (req) => (req.session.cart.items.length = 0)],
    ['an element', 'cart.items[]', (req) => req.session.cart.items.splice(0, 1, 'milk')],
    ['several keys at once', 'user', (req) => Object.assign(req.session, { user: 'Eve' })],
    ['its own lifetime', 'cookie.maxAge', (req) => (req.session.cookie.maxAge = 3_600_000)],
    ['a touch', 'touch()', (req) => req.session.touch()],
    ['a value that JSON cannot hold', 'big', (req) => (req.session.big = 1n)],
  ]

  it.each(changes)('%s, is warned about with its place and its route', async (_what, place, change) => {
    const browser = shop(
      {
        act: (req, res) => {
          res.json(null)
          change(req)
        },
      },
      create,
    )
    await browser.get('/fill')
    await browser.get('/act?secret=1')
    await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_LATE']))
    expect(LATE.exec(warnings.messages()[0] ?? '')?.slice(1)).toEqual([place, 'GET /act'])
    expect(warnings.messages()[0]).toMatch(/: (?:make|call) it before the response is sent$/)
  })

  it.each(changes)(
    '%s, is warned about though it comes long after the end, from a timer',
    async (_what, place, change) => {
      let later = () => {}
      const browser = shop(
        {
          act: (req, res) => {
            void req.session.user
            later = () => change(req)
            res.json(null)
          },
        },
        create,
      )
      await browser.get('/fill')
      await browser.get('/act')
      vi.useFakeTimers({ toFake: ['setTimeout'] })
      vi.advanceTimersByTime(3_600_000)
      later()
      await turn()
      expect(told()).toEqual([place])
    },
  )

  it('is warned about where the session was not asked for before', async () => {
    const browser = shop(
      {
        act: (req, res) => {
          res.json(null)
          req.session.user = 'Eve'
        },
      },
      create,
    )
    await browser.get('/fill')
    await browser.get('/act')
    await vi.waitFor(() => expect(told()).toEqual(['user']))
  })
})

describe('the stack of the warning, which node --trace-warnings prints, begins at the line of the app that', () => {
  /** The line behind the one that calls this. */
  const lineBehind = () => Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1]) + 1
  let line = 0
  const wait = () => new Promise((done) => setTimeout(done, 1))

  it.each<[string, (req: Any, res: Any) => unknown]>([
    [
      'sets a key after it has answered, whatever it reads beside',
      (req, res) => {
        res.json(req.session.count)
        void req.session.user
        line = lineBehind()
        req.session.user = 'Eve'
        void req.session.user
      },
    ],
    [
      'sets a key of a session that it has kept, in a later turn',
      async (req, res) => {
        const { session: kept } = req
        res.json(null)
        await wait()
        line = lineBehind()
        kept.user = 'Eve'
      },
    ],
    [
      'adds a key after an await',
      async (req, res) => {
        res.json(req.session.count)
        await wait()
        line = lineBehind()
        req.session.fresh = 1
      },
    ],
    [
      'changes what a key holds',
      async (req, res) => {
        res.json(req.session.count)
        await wait()
        line = lineBehind()
        req.session.cart.items.push('milk')
      },
    ],
  ])('%s', async (_what, handler) => {
    await visited(handler)
    await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_LATE']))
    const [warning] = vi.mocked(process.emitWarning).mock.calls[0] as [Error]
    const [first, second] = warning.stack?.split('\n') ?? []
    expect(first).toBe(`SessionWarning: ${warning.message}`)
    expect(second).toMatch(/^ {4}at .*lost-changes\.spec\.ts:\d+:\d+\)?$/)
    expect(Number(/:(\d+):\d+\)?$/.exec(second ?? '')?.[1])).toBe(line)
  })
})

describe('a late change', () => {
  it.each<[string, (req: Any, res: Any, change: () => void) => unknown]>([
    ['after an await', async (_req, res, change) => (res.json(null), await turn(), change())],
    ['in a stream that has begun', (_req, res, change) => (res.write('data: 1\n\n'), change(), res.end())],
    ['after flushHeaders()', (_req, res, change) => (res.flushHeaders(), change(), res.end())],
    ['after writeHead() and a write', (_req, res, change) => (res.writeHead(200), res.write('a'), change(), res.end())],
    ['after a redirect', (_req, res, change) => (res.redirect('/'), change())],
    ['after sendFile()', (_req, res, change) => res.sendFile(import.meta.filename, { dotfiles: 'allow' }, change)],
    ['when the response has finished', (_req, res, change) => (res.on('finish', change), res.json(null))],
    ['when the connection has closed', (_req, res, change) => (res.on('close', change), res.json(null))],
    [
      'between two writes',
      async (_req, res, change) => (res.write('1'), await turn(), change(), await turn(), res.end('2')),
    ],
  ])('is seen %s', async (_when, act) => {
    await visited((req, res) => {
      const { session } = req
      return act(req, res, () => (session.user = 'Eve'))
    })
    await vi.waitFor(() => expect(told()).toEqual(['user']))
  })

  it('of an object that was kept from before, which no key leads to, is seen by a patrol', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    let items: string[] = []
    await visited((req, res) => {
      items = req.session.cart.items
      res.json(null)
    })
    vi.advanceTimersByTime(20_000)
    expect(warnings.codes()).toEqual([])
    items.push('milk')
    vi.advanceTimersByTime(6000)
    expect(told()).toEqual(['cart.items'])
  })

  it('is told once for each place, and each place is told', async () => {
    const change = (req: Any, res: Any) => {
      res.json(null)
      req.session.user = Math.random()
      req.session.count++
    }
    const browser = shop({ one: change, two: change })
    await browser.get('/fill')
    for (const path of ['/one', '/one', '/two']) await browser.get(path)
    await vi.waitFor(() => expect(warnings.messages()).toHaveLength(4))
    expect(warnings.messages().map((message) => LATE.exec(message)?.slice(1).join())).toEqual([
      'user,GET /one',
      'count,GET /one',
      'user,GET /two',
      'count,GET /two',
    ])
  })

  it('is told by the route and not by what a visitor put into it, and by the name of the property', async () => {
    const app = express()
    app.use(session({ keys: SECRET, property: 'state' }))
    const router = express.Router()
    router.get('/:token', (req: Any, res) => {
      res.json(null)
      req.state.user = 'Ada'
    })
    app.use('/reset', router)
    await new Browser(app).get('/reset/s3cr3t?email=ada@example.com')
    await vi.waitFor(() => expect(warnings.messages()).toHaveLength(1))
    expect(warnings.messages()[0]).toMatch(
      /^state\.user was changed after the headers were sent \(GET \/reset\/:token\)/,
    )
  })

  it('shows no value of the session', async () => {
    await visited((req, res) => {
      res.json(null)
      req.session.user = 'Eve of Example'
    })
    await vi.waitFor(() => expect(told()).toEqual(['user']))
    expect(warnings.messages().join()).not.toMatch(/Ada|Eve/)
  })

  it('is an assignment or a deletion of the whole session, too', async () => {
    for (const [what, end] of [
      ['assigned', (req: Any) => (req.session = { a: 1 })],
      ['deleted', (req: Any) => delete req.session],
    ] as const) {
      const { forgetWarnings } = await import('../../lib/warnings.js')
      forgetWarnings()
      vi.mocked(process.emitWarning).mockClear()
      await visited((req, res) => {
        void req.session.user
        res.json(null)
        end(req)
      })
      await vi.waitFor(() => expect(warnings.messages().join()).toContain(`req.session was ${what} after the headers`))
      expect(warnings.messages().join()).toContain('GET /act')
    }
  })

  it('of thousands of keys in a loop takes no longer than the loop', async () => {
    await visited((req, res) => {
      res.json(null)
      for (let key = 0; key < 20_000; key++) req.session[`key${key}`] = key
    })
    await vi.waitFor(() => expect(warnings.codes().length).toBeGreaterThan(0))
    expect(warnings.codes().length).toBeLessThanOrEqual(100)
  })
})

describe('what is no late change', () => {
  it.each<[string, (req: Any) => unknown]>([
    [
      'reading',
      (req) => [req.session.user, { ...req.session }, JSON.stringify(req.session), req.session.cart.items[0]],
    ],
    [
      'asking for what a session tells',
      ({ session }) => [session.id, session.size, session.cookie.maxAge, session.isChanged],
    ],
    ['writing the same value', (req) => (req.session.user = 'Ada')],
    ['writing the same list', (req) => (req.session.cart = structuredClone(CART.cart))],
    ['assigning the session to itself', (req) => Object.assign(req, { session: req.session })],
    ['changing a value and changing it back', (req) => ((req.session.user = 'Eve'), (req.session.user = 'Ada'))],
    ['putting what JSON leaves out', (req) => (req.session.nothing = undefined)],
  ])('%s', async (_what, act) => {
    await visited((req, res) => {
      void req.session.user
      res.on('finish', () => act(req))
      res.on('close', () => act(req))
      res.json(null)
      act(req)
    })
    await turn()
    await turn()
    expect(warnings.messages()).toEqual([])
  })

  it('is what becomes of a session whose failed commit was told', async () => {
    const app = express()
    app.use(session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.notes = 'x'.repeat(5000)
      res.json(null)
      req.session.more = 1
    })
    app.use(((_error, req: Any, res, _next) => {
      res.status(500).json(null)
      req.session.user = 'Ada'
    }) satisfies express.ErrorRequestHandler)
    await new Browser(app).get('/')
    await turn()
    expect(warnings.codes()).toEqual([])
  })
})

describe('a late change in production', () => {
  const inProduction = (handlers: Record<string, (req: Any, res: Any) => unknown>) => {
    vi.stubEnv('NODE_ENV', 'production')
    return shop(handlers, express, { cookie: { secure: false } })
  }

  it('to a stream that has begun is told once per process, by the request alone', async () => {
    const stream = async (req: Any, res: Any) => {
      for (const part of ['1', '2']) {
        res.write(part)
        await turn()
        req.session.tokens = part
      }
      res.end()
    }
    const browser = inProduction({ one: stream, two: stream })
    await browser.get('/fill')
    for (const path of ['/one', '/two', '/one']) await browser.get(path)
    await turn()
    expect(warnings.messages()).toEqual([
      'the session was changed after the headers were sent (GET /one), so the change is lost: ' +
        'make it before the response is sent',
    ])
  })

  it('behind the end of a response is told, though a logger has looked at the session before', async () => {
    const browser = inProduction({
      act: (req, res) => {
        res.on('finish', async () => {
          void req.session.user
          await turn()
          req.session.user = 'Eve'
        })
        res.json(null)
      },
    })
    await browser.get('/fill')
    await browser.get('/act')
    await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_LATE']))
  })

  it('is looked for once, though what looks runs a toJSON that asks for the session itself', async () => {
    let asked = 0
    const browser = inProduction({
      act: (req, res) => {
        const shop = {
          toJSON: () => {
            asked += 1
            // Were it looked for again and again, the test would not end.
            return asked < 50 ? req.session.user : null
          },
        }
        req.session.shop = shop
        res.on('finish', () => void req.session.user)
        res.json(null)
      },
    })
    await browser.get('/fill')
    await browser.get('/act')
    for (let turns = 0; turns < 20; turns += 1) await turn()
    expect(asked).toBeLessThan(5)
  })

  it.each([
    ['of texts', { user: 'Ada' }],
    ['with lists', CART],
  ])('by touch() is told, of a session %s that was read before', async (_what, data) => {
    const browser = inProduction({
      begin: (req, res) => {
        req.session = structuredClone(data)
        res.json(null)
      },
      act: (req, res) => {
        void req.session.user
        res.write('1')
        req.session.touch()
        res.end()
      },
    })
    await browser.get('/begin')
    await browser.get('/act')
    await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_LATE']))
  })

  it('is none where the session is only read', async () => {
    const browser = inProduction({
      act: (req, res) => {
        res.on('finish', () => void req.session.user)
        res.write('1')
        void req.session.user
        res.end()
      },
    })
    await browser.get('/fill')
    await browser.get('/act')
    await turn()
    expect(warnings.codes()).toEqual([])
  })
})

describe('a session whose headers have left', () => {
  it('shows the same as before, to all who look at it', async () => {
    const look = (req: Any) => {
      const { session } = req
      const keys: string[] = []
      for (const key in session) keys.push(key)
      return [
        keys,
        Object.keys(session),
        Object.entries(session),
        JSON.stringify(session),
        inspect(session),
        inspect(session.cart),
        { ...session },
        structuredClone({ ...session }),
        session instanceof Object.getPrototypeOf(session).constructor,
        'user' in session,
        Object.hasOwn(session, 'save'),
        session.missing,
        typeof session.save,
      ]
    }
    const seen: unknown[] = []
    await visited(async (req, res) => {
      seen.push(look(req))
      res.json(null)
      await turn()
      seen.push(look(req))
    })
    await vi.waitFor(() => expect(seen).toHaveLength(2))
    expect(seen[1]).toEqual(seen[0])
  })

  it('still takes keys that users choose, and refuses the names of its members', async () => {
    const seen: unknown[] = []
    await visited(async (req, res) => {
      void req.session.user
      res.json(null)
      await turn()
      const key = '__proto__'
      req.session[key] = { admin: true }
      seen.push(req.session.admin, JSON.parse(JSON.stringify(req.session))[key], ({} as Any).admin)
      try {
        req.session.save = 1
      } catch (error) {
        seen.push((error as Any).code)
      }
    })
    await vi.waitFor(() => expect(seen).toEqual([undefined, { admin: true }, undefined, 'ERR_SESSION_RESERVED']))
  })

  it('is not changed through what inherits from it', async () => {
    const seen: unknown[] = []
    await visited(async (req, res) => {
      void req.session.user
      res.json(null)
      await turn()
      const heir = Object.assign(Object.create(req.session), { user: 'Eve', fresh: 1 })
      seen.push(heir.user, req.session.user, req.session.fresh)
    })
    await vi.waitFor(() => expect(seen).toEqual(['Eve', 'Ada', undefined]))
    await turn()
    expect(warnings.codes()).toEqual([])
  })

  it('may be frozen', async () => {
    await visited(async (req, res) => {
      Object.freeze(req.session)
      res.json(null)
      await turn()
      expect(() => (req.session.user = 'Eve')).toThrow(TypeError)
    })
    await turn()
    expect(warnings.codes()).toEqual([])
  })
})

describe('a session object that another has replaced', () => {
  const ways: [string, string, (req: Any) => unknown][] = [
    ['regenerate()', 'regenerate() has replaced', (req) => req.session.regenerate()],
    ['reload()', 'reload() has replaced', (req) => req.session.reload()],
    ['an assignment of data', 'an assignment has replaced', (req) => (req.session = { fresh: true })],
    ['destroy()', 'destroy() has ended', (req) => req.session.destroy()],
    ['an assignment of null', 'an assignment has ended', (req) => (req.session = null)],
  ]

  it.each(ways)('by %s is warned about when it is written to', async (_way, by, replace) => {
    await visited(async (req, res) => {
      const { session } = req
      await replace(req)
      session.user = 'Eve'
      res.json(null)
    })
    expect(warnings.codes()).toEqual(['SESSION_WARN_REPLACED'])
    expect(warnings.messages()[0]).toContain(`session.user was changed on a session object that ${by} (GET /act)`)
    expect(warnings.messages()[0]).toMatch(
      by.endsWith('replaced')
        ? /so it has no effect: read req\.session again$/
        : /: do it before, or begin a session with req\.session = \{\}$/,
    )
  })

  it.each<[string, string, (session: Any) => unknown]>([
    ['a new key', 'fresh', (session) => (session.fresh = 1)],
    ['a list that grows', 'cart.items', (session) => session.cart.items.push('milk')],
    ['its own lifetime', 'cookie.maxAge', (session) => (session.cookie.maxAge = 3_600_000)],
    ['a touch', 'touch()', (session) => session.touch()],
    ['save()', 'save()', (session) => session.save()],
  ])('is warned about for %s', async (_what, place, change) => {
    await visited(async (req, res) => {
      const { session } = req
      await session.regenerate()
      await change(session)
      res.json(null)
    })
    expect(warnings.codes()).toEqual(['SESSION_WARN_REPLACED'])
    expect(told()).toEqual([place])
    expect(warnings.messages()[0]).toMatch(/: read req\.session again$/)
  })

  it('is warned about though the new one has the same value under another key', async () => {
    await visited(async (req, res) => {
      const { session } = req
      await session.regenerate()
      session.user = 'Eve of Example'
      req.session.name = 'Eve of Example'
      res.json(null)
    })
    expect(told()).toEqual(['user'])
  })

  it('is warned about for what JSON cannot hold, too', async () => {
    await visited(async (req, res) => {
      const { session } = req
      await session.regenerate()
      session.big = 1n
      res.json(null)
    })
    expect(told()).toEqual(['big'])
  })

  it('is warned about when it is written to behind the headers, by the same code', async () => {
    await visited(async (req, res) => {
      const { session } = req
      await session.regenerate()
      res.json(null)
      await turn()
      session.user = 'Eve'
    })
    await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_REPLACED']))
  })

  it.each<[string, (req: Any) => unknown]>([
    [
      'is only read',
      async (req) => {
        const { session } = req
        await session.regenerate()
        req.session.user = session.user
      },
    ],
    [
      'shares what is nested in it with the new one',
      async (req) => {
        const { session } = req
        req.session = { ...session, more: 1 }
        req.session.cart.items.push('milk')
      },
    ],
    [
      'shares it under another key',
      async (req) => {
        const { session } = req
        await session.regenerate()
        req.session.before = session.cart
        session.cart.items.push('milk')
      },
    ],
    [
      'is filled and copied',
      async (req) => {
        const { session } = req
        await session.regenerate()
        session.user = 'Eve'
        Object.assign(req.session, session)
      },
    ],
    [
      'is cleared',
      async (req) => {
        const { session } = req
        await session.destroy()
        delete session.user
      },
    ],
    [
      'was changed before',
      async (req) => {
        req.session.user = 'Eve'
        await req.session.regenerate()
        req.session.user = 'Eve'
      },
    ],
  ])('is no loss where it %s', async (_what, act) => {
    await visited(async (req, res) => {
      await act(req)
      res.json(null)
    })
    await turn()
    expect(warnings.messages()).toEqual([])
  })

  it('is not looked at in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const browser = shop(
      {
        act: async (req, res) => {
          const { session } = req
          await session.regenerate()
          session.user = 'Eve'
          res.json(null)
        },
      },
      express,
      { cookie: { secure: false } },
    )
    await browser.get('/act')
    await turn()
    expect(warnings.codes()).toEqual([])
  })
})

/** A session with these data, and what its app has set beside them. */
function sessionOf(data: object, record: Partial<SessionRecord> = {}): Any {
  return new LiveSession({ used: () => {} } as unknown as SessionHost, { ...newRecord(0), ...record }, data)
}

/** The changes of a request whose headers have not left yet, and what makes them leave. */
function watching(current: LiveSession | null = sessionOf({ user: 'Ada' })) {
  const req: Any = Object.defineProperty({ method: 'GET', url: '/act' }, 'session', {
    configurable: true,
    get: () => current,
  })
  const ends: (() => void)[] = []
  const res: Any = { headersSent: false, once: (_event: string, act: () => void) => ends.push(act) }
  const changes = new LostChanges(req, res, 'session')
  const send = async () => {
    changes.left(current)
    res.headersSent = true
    await turn()
  }
  const end = () => ends.map((act) => act())
  return { req, res, changes, send, end, current: current as Any }
}

describe('the changes of one request', () => {
  it('are told turn by turn, each once', async () => {
    const { current, send } = watching()
    await send()
    for (const user of ['Eve', 'Bob']) {
      current[user] = true
      await turn()
    }
    expect(told()).toEqual(['Eve', 'Bob'])
  })

  it('are told as what they are: a value is changed, and a method is called', async () => {
    const { current, send } = watching()
    await send()
    current.user = 'Eve'
    LiveSession.recordOf(current).touched = true
    await turn()
    expect(warnings.messages()).toEqual([
      'session.user was changed after the headers were sent (GET /act), so the change is lost: ' +
        'make it before the response is sent',
      'session.touch() came after the headers were sent (GET /act): call it before the response is sent',
    ])
  })

  it('are watched by one patrol, however often the session is asked for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { changes, current, send } = watching()
    await send()
    const before = vi.getTimerCount()
    for (let times = 0; times < 5; times += 1) changes.used(current)
    expect(vi.getTimerCount()).toBe(before)
  })

  it('leave the session as it is until the headers have left', async () => {
    const { changes, current, send } = watching()
    const isPlain = () => 'value' in (Object.getOwnPropertyDescriptor(current, 'user') ?? {})
    changes.left(current)
    expect(isPlain()).toBe(true)
    await send()
    expect(isPlain()).toBe(false)
  })

  it('are not told while the headers have not left, though they nearly did', async () => {
    const { changes, current } = watching()
    const replaced = sessionOf({ user: 'Ada' })
    changes.replaced(replaced, 'regenerate() has replaced')
    changes.left(current)
    replaced.user = 'Eve'
    await turn()
    expect(warnings.messages()).toEqual([])
  })

  it('are not told of a session that was to leave, when it is another that nearly leaves', () => {
    const { changes, current } = watching()
    changes.left(current)
    current.user = 'Eve'
    changes.left(sessionOf({}))
    expect(warnings.messages()).toEqual([])
  })

  it('of a session that is loaded again behind the headers are late, and not those of one that was replaced', async () => {
    const { changes, current, send } = watching()
    await send()
    changes.replaced(current, 'reload() has replaced')
    current.user = 'Eve'
    await turn()
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
  })

  it('may be a deletion, also where the session was not asked for before, and where there is none', async () => {
    for (const current of [sessionOf({}), null]) {
      const { forgetWarnings } = await import('../../lib/warnings.js')
      forgetWarnings()
      vi.mocked(process.emitWarning).mockClear()
      const { req, res, changes } = watching(current)
      res.headersSent = true
      changes.used(current)
      delete req.session
      await turn()
      expect(warnings.messages().join()).toMatch(/^req\.session was deleted after the headers were sent \(GET \/act\)/)
    }
  })

  it.each<[string, (req: Any) => unknown]>([
    ['a change', (req) => (req.session.user = 'Eve')],
    ['a deletion', (req) => delete req.session],
  ])('are told no more where the app heard of a failed commit: %s', async (_what, change) => {
    const { req, changes, send, end } = watching()
    changes.isReported = true
    await send()
    change(req)
    end()
    await turn()
    expect(warnings.messages()).toEqual([])
  })

  it('are none of what was deleted before the headers left', async () => {
    const { req, send, end } = watching()
    delete req.session
    await send()
    end()
    expect(warnings.messages()).toEqual([])
  })
})

describe('what is done to a session that another has replaced', () => {
  /** What is warned about when this was done to a session that this one, or none, has replaced. */
  function warned(current: LiveSession | null, act: (replaced: Any) => void, data: object = { user: 'Ada' }): string[] {
    const { changes } = watching(current)
    const replaced = sessionOf(data)
    changes.replaced(replaced, 'regenerate() has replaced')
    act(replaced)
    changes.left(current)
    return warnings.messages()
  }
  const change = (record: Partial<SessionRecord>) => (session: Any) =>
    void Object.assign(LiveSession.recordOf(session), record)

  it('is told with what it was, where, and what to do', () => {
    expect(warned(sessionOf({}), (replaced) => (replaced.user = 'Eve'))).toEqual([
      'session.user was changed on a session object that regenerate() has replaced (GET /act), so it has no effect: ' +
        'read req.session again',
    ])
  })

  it('is told with what to do where no session is left', () => {
    expect(warned(null, change({ touched: true }))).toEqual([
      'session.touch() was called on a session object that regenerate() has replaced (GET /act), so it has no effect: ' +
        'do it before, or begin a session with req.session = {}',
    ])
  })

  it('is told once for each place', () => {
    const both = (replaced: Any) => Object.assign(replaced, { user: 'Eve', cart: 1 })
    for (let times = 0; times < 2; times += 1) warned(sessionOf({}), both)
    expect(told()).toEqual(['user', 'cart'])
  })

  it.each<[string, LiveSession | null, (replaced: Any) => void, object?]>([
    ['another timeout', sessionOf({}, { ttl: 30 }), change({ ttl: 60 })],
    ['a timeout where no session is left', null, change({ ttl: 60 })],
    ['a touch', sessionOf({}), change({ touched: true })],
    ['a key that the new one has still', sessionOf({ user: 'Ada' }), (replaced) => delete replaced.user],
    ['an empty list, though the new one has one, too', sessionOf({ b: [] }), (replaced) => (replaced.a = [])],
    ['a text that reads like a list', sessionOf({ b: 'x[1]' }), (replaced) => (replaced.a = 'x[1]')],
    ['a list, where the new one cannot be serialized', sessionOf({ big: 1n }), (replaced) => (replaced.a = [1])],
    ['a list that the new one does not have', sessionOf({ b: [2] }), (replaced) => (replaced.a = [1])],
  ])('is a loss if it is %s', (_what, current, act, data) => {
    expect(warned(current, act, data)).toHaveLength(1)
  })

  it.each<[string, LiveSession | null, (replaced: Any) => void]>([
    ['the timeout of the new one', sessionOf({}, { ttl: 60 }), change({ ttl: 60 })],
    ['a touch of both', sessionOf({}, { touched: true }), change({ touched: true })],
    ['a list of one element that the new one has, too', sessionOf({ b: [1] }), (replaced) => (replaced.a = [1])],
    ['a key that is gone from both', sessionOf({}), (replaced) => delete replaced.user],
    ['nothing', sessionOf({}), () => {}],
  ])('is no loss if it is %s', (_what, current, act) => {
    expect(warned(current, act)).toEqual([])
  })

  it('is a save() in vain of the session that was replaced, and of no other', () => {
    const { changes, current } = watching()
    const replaced = sessionOf({})
    changes.replaced(replaced, 'destroy() has ended')
    changes.saved(sessionOf({}), current)
    changes.saved(current, current)
    expect(warnings.messages()).toEqual([])
    changes.saved(replaced, null)
    expect(warnings.messages()).toEqual([
      'session.save() was called on a session object that destroy() has ended (GET /act), so it has no effect: ' +
        'do it before, or begin a session with req.session = {}',
    ])
  })
})

describe('a late use in production', () => {
  /** A response, and how often it was looked for a change since its headers left. */
  function looking(isChanged: () => boolean) {
    const ends: (() => void)[] = []
    const res: Any = {
      writableEnded: false,
      once: (event: string, act: () => void) => event === 'finish' && ends.push(act),
    }
    const isLookedAt = vi.fn(isChanged)
    const use = new LateUse({ method: 'GET', url: '/act' } as Any, res, isLookedAt)
    const end = () => {
      res.writableEnded = true
      for (const act of ends.splice(0)) act()
    }
    return { use, end, isLookedAt }
  }

  it('is looked at once when the response ends, and behind that in each turn', async () => {
    const { use, end, isLookedAt } = looking(() => false)
    for (let times = 0; times < 3; times += 1) use.used()
    expect(isLookedAt).not.toHaveBeenCalled()
    end()
    expect(isLookedAt).toHaveBeenCalledTimes(1)
    for (let times = 2; times < 4; times += 1) {
      use.used()
      await turn()
      expect(isLookedAt).toHaveBeenCalledTimes(times)
    }
  })

  it('is not looked at any more when one change was told, as that is enough', () => {
    const first = looking(() => true)
    first.use.used()
    first.end()
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
    const second = looking(() => true)
    second.use.used()
    second.end()
    expect(second.isLookedAt).not.toHaveBeenCalled()
  })
})
