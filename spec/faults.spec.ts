import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type express from 'express'
import type { Express, Request } from 'express'
import { afterEach, describe, expect, it, vi } from 'vitest'
import session, { KeyRing, type Session, type SessionOptions } from '../lib/index.js'
import { appWith, EXPRESSES } from './support/app.js'
import { Browser, setCookies } from './support/browser.js'
import { at, DAY, HOUR, MINUTE, START, startClock, stopClock } from './support/clock.js'
import { fetchRaw, serving } from './support/raw.js'
import { SECRET } from './support/secrets.js'

type Any = any

const random = vi.hoisted(() => ({ isBroken: false }))
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  function orFail<Draw extends (...args: never[]) => unknown>(draw: Draw): Draw {
    return ((...args: Parameters<Draw>) => {
      if (random.isBroken) throw new Error('no entropy')
      return draw(...args)
    }) as Draw
  }
  return { ...crypto, randomFillSync: orFail(crypto.randomFillSync), randomBytes: orFail(crypto.randomBytes) }
})

afterEach(() => {
  random.isBroken = false
  startClock()
})

function sessionOf(req: Request): Session<Record<string, unknown>> {
  return req.session
}

/** As much of a request as `open` asks. */
function withCookie(cookie: string): IncomingMessage {
  return { headers: { cookie }, socket: {}, secure: false } as unknown as IncomingMessage
}

function routes(app: Express): void {
  app.get('/read', (req, res) => void res.json(sessionOf(req)['value'] ?? null))
  app.get('/write/:value', (req, res) => {
    sessionOf(req)['value'] = req.params.value
    res.send('written')
  })
}

let calledBack = 0
/** As some libraries have promises: `then` calls back late, and does not look whether it was given a function. */
const careless = () => ({
  // biome-ignore lint/suspicious/noThenProperty: this is what is tried
  then(done: (value: string) => void) {
    setImmediate(() => {
      calledBack += 1
      done('late')
    })
  },
})
const poisoned = () => ({
  // biome-ignore lint/suspicious/noThenProperty: this is what is tried
  get then(): unknown {
    throw new Error('poisoned')
  },
})

describe.each(EXPRESSES)('a function of the app that fails for one request, on %s', (_name, create) => {
  const failing: [string, SessionOptions, string][] = [
    ['cookie throws', { cookie: () => never() }, 'broken'],
    ['cookie returns a promise', { cookie: (() => Promise.resolve({})) as never }, 'cookie'],
    ['cookie is async, and fails', { cookie: (async () => never()) as never }, 'cookie'],
    ['slide is async, and fails', { slide: (async () => never()) as never }, 'slide'],
    [
      'cookie returns a domain that a client made up',
      { cookie: (req) => ({ domain: String(req.headers.host) }) },
      'cookie.domain',
    ],
    ['slide throws', { slide: () => never() }, 'broken'],
    ['cookie returns an object with a careless then', { cookie: () => careless() as never }, 'cookie'],
    ['slide returns an object with a careless then', { slide: () => careless() as never }, 'slide'],
    ['slide returns an object whose then throws', { slide: () => poisoned() as never }, 'slide'],
  ]
  const never = (): never => {
    throw new Error('broken')
  }
  const sent = { Host: 'my_host.example', Cookie: '' }

  it.each(failing)(
    'is an error to the error handler, once, and ends no process: %s',
    async (_what, options, message) => {
      const handled: string[] = []
      const app = create().use(session({ keys: SECRET, ...options }))
      routes(app)
      app.get('/clears', (_req, res) => void res.clearCookie('other').json('untouched'))
      app.use(((error, req, res, _next) => {
        handled.push(error.message)
        res.status(500).json(req.session === undefined ? 'no session' : 'a session')
      }) satisfies express.ErrorRequestHandler)
      const browser = new Browser(app)
      stopClock()
      sent.Cookie = session({ keys: SECRET }).seal({ value: 'a' }).cookie
      at(DAY / 2)
      const isSlide = 'slide' in options
      for (const path of isSlide ? ['/read'] : ['/read', '/write/b']) {
        const response = await browser.get(path, sent)
        expect([response.status, response.body]).toEqual([500, isSlide ? 'a session' : 'no session'])
        expect(setCookies(response)).toEqual([])
      }
      expect(handled).toEqual(Array(isSlide ? 1 : 2).fill(expect.stringContaining(message)))
      expect((await browser.get('/clears', sent)).body).toBe('untouched')
    },
  )
})

describe('a promise of another kind, whose then calls back late and without looking,', () => {
  it.each<[string, SessionOptions]>([
    ['onEvent', { onEvent: () => careless() as never }],
    [
      'schema',
      {
        schema: {
          // It is tried without data when the middleware is made.
          '~standard': { version: 1, vendor: 'own', validate: (value: Any) => (value.value ? careless() : { value }) },
        } as never,
      },
    ],
    ['onError', { onError: (_error, _req, res) => (res.end('sorry'), careless()) }],
  ])('ends no process if %s returns it', async (_what, options) => {
    const before = calledBack
    const sessions = session({ keys: SECRET, ...options })
    const { cookie } = session({ keys: SECRET }).seal({ value: 'a' })
    const server = (req: Any, res: Any) =>
      sessions(req, res, () => {
        req.session.value = 'x'.repeat(options.onError ? 5000 : 1)
        res.end('served')
      })
    const { body } = await serving(server, (port) => fetchRaw(port, '/', { cookie }))
    expect(body).toBe(options.onError ? 'sorry' : 'served')
    await vi.waitFor(() => expect(calledBack).toBeGreaterThan(before))
  })
})

describe('a random source that fails', () => {
  it('is an error to the app, never a predictable IV: no cookie leaves, and the browser keeps its session', async () => {
    stopClock()
    const browser = new Browser(appWith(routes))
    await browser.get('/write/before')
    random.isBroken = true
    // IVs are drawn in advance, for a second.
    at(2)
    const response = await browser.get('/write/meanwhile')
    expect([response.status, setCookies(response)]).toEqual([500, []])
    // It is the source's own error, so it has no code of ours.
    expect(response.body).toEqual({ message: 'no entropy' })
    random.isBroken = false
    expect((await browser.get('/read')).body).toBe('before')
  })

  it('is over when it is over', async () => {
    stopClock()
    const browser = new Browser(appWith(routes))
    random.isBroken = true
    expect((await browser.get('/write/lost')).status).toBe(500)
    random.isBroken = false
    expect((await browser.get('/write/kept')).status).toBe(200)
    expect((await browser.get('/read')).body).toBe('kept')
  })

  it('does not keep a session from being read, which needs no randomness', async () => {
    const browser = new Browser(appWith(routes))
    await browser.get('/write/value')
    random.isBroken = true
    expect((await browser.get('/read')).body).toBe('value')
  })
})

describe('a clock', () => {
  it('that goes back by less than a minute loses no session', async () => {
    stopClock()
    const browser = new Browser(appWith(routes))
    await browser.get('/write/value')
    at(-59)
    expect((await browser.get('/read')).body).toBe('value')
  })

  it('that goes back further rejects sessions from the future, and has them again when it is right', async () => {
    stopClock()
    const rejected: unknown[] = []
    const onEvent = (event: object) => 'reason' in event && rejected.push(event.reason)
    const browser = new Browser(appWith(routes, { onEvent }))
    await browser.get('/write/value')
    at(-HOUR)
    expect((await browser.get('/read')).body).toBe(null)
    expect(rejected).toEqual(['future'])
    at(1)
    expect((await browser.get('/read')).body).toBe('value')
  })

  /** With a clock that is wrong by so many seconds when somebody writes. */
  async function writtenWhileWrongBy(seconds: number): Promise<{ valueAt(time: number): Promise<unknown> }> {
    stopClock()
    const browser = new Browser(appWith(routes, { idleTimeout: '1h', absoluteTimeout: '2h' }))
    at(seconds)
    await browser.get('/write/value')
    const valueAt = async (time: number) => (at(time), (await browser.get('/read')).body)
    return { valueAt }
  }

  it('that was behind while a session was written makes it end early, by as much as it was behind', async () => {
    const { valueAt } = await writtenWhileWrongBy(-30 * MINUTE)
    expect(await valueAt(0)).toBe('value')
    const idle = await writtenWhileWrongBy(-30 * MINUTE)
    expect(await idle.valueAt(HOUR / 2)).toBe(null)
    expect(await idle.valueAt(HOUR / 2 - 1)).toBe('value')
  })

  it('that was ahead while a session was written keeps it out until the time has come within a minute of it', async () => {
    const { valueAt } = await writtenWhileWrongBy(HOUR)
    expect(await valueAt(0)).toBe(null)
    expect(await valueAt(HOUR - MINUTE - 1)).toBe(null)
    expect(await valueAt(HOUR - MINUTE)).toBe('value')
  })

  it('that was ahead while a session was written lets it end late, by as much as it was ahead', async () => {
    const idle = await writtenWhileWrongBy(HOUR)
    expect(await idle.valueAt(2 * HOUR)).toBe(null)
    const { valueAt } = await writtenWhileWrongBy(HOUR)
    // In use all the time, up to the absolute timeout, which counts from the beginning that was sealed in.
    for (let time = HOUR; time < 3 * HOUR; time += 40 * MINUTE) expect(await valueAt(time)).toBe('value')
    expect(await valueAt(3 * HOUR - 1)).toBe('value')
    expect(await valueAt(3 * HOUR)).toBe(null)
  })

  it('that jumps ahead ends sessions, as if the time had passed', async () => {
    stopClock()
    const browser = new Browser(appWith(routes, { idleTimeout: '1h' }))
    await browser.get('/write/value')
    at(HOUR)
    expect((await browser.get('/read')).body).toBe(null)
  })

  it('that has the same second twice, as it does with a leap second, does no harm', async () => {
    stopClock()
    const browser = new Browser(appWith(routes))
    // The kernel sets the clock back when the second is over (adjtimex(2), TIME_INS).
    for (const seconds of [0, 0.5, 0.999, 1, 0, 0.5, 0.999, 1]) {
      at(seconds)
      expect((await browser.get(`/write/${seconds}`)).status).toBe(200)
      at(0)
      expect((await browser.get('/read')).body).toBe(String(seconds))
    }
  })

  it.each([
    ['2038, the last second of 32 bits', 2 ** 31],
    ['2106, the last unsigned one', 2 ** 32],
    ['the year 5000', 95_617_584_000],
  ])('passes %s with the session alive', async (_when, seconds) => {
    stopClock()
    const browser = new Browser(appWith(routes))
    at(seconds - START - MINUTE)
    await browser.get('/write/value')
    at(seconds - START + MINUTE)
    expect((await browser.get('/read')).body).toBe('value')
    expect((await browser.get('/write/more')).status).toBe(200)
  })
})

describe('keys that have all ended while the app runs', () => {
  const key = { kty: 'oct', kid: 'only', k: Buffer.from(SECRET).toString('base64url'), exp: START + DAY } as const

  it('are an error with a code at the next write, and the session is rejected: nothing is sealed with a dead key', async () => {
    stopClock()
    const browser = new Browser(appWith(routes, { keys: KeyRing.from({ keys: [key] }) }))
    await browser.get('/write/value')
    at(DAY)
    const response = await browser.get('/write/late')
    expect([response.status, response.body.code, setCookies(response)]).toEqual([500, 'ERR_SESSION_KEYS', []])
    expect((await browser.get('/read')).body).toBe(null)
  })
})

describe('data that cannot be read', () => {
  const hostile = (change: (session: Record<string, unknown>) => void) =>
    appWith((app) => {
      routes(app)
      app.get('/hostile', (req, res) => {
        change(sessionOf(req))
        res.send('sent')
      })
    })

  it('because a getter throws, are an error with the place and without the message it threw', async () => {
    const throws = (session: object) =>
      Object.defineProperty(session, 'trap', {
        enumerable: true,
        get() {
          throw new Error('a secret')
        },
      })
    const browser = new Browser(hostile(throws))
    await browser.get('/write/before')
    const response = await browser.get('/hostile')
    expect([response.status, response.body.code]).toEqual([500, 'ERR_SESSION_UNSERIALIZABLE'])
    expect(response.body.message).toContain('trap')
    expect(response.text).not.toContain('a secret')
    expect((await browser.get('/read')).body).toBe('before')
  })

  it('because a proxy throws at every touch, are an error too', async () => {
    const trap = new Proxy(
      {},
      {
        get() {
          throw new Error('a secret')
        },
        ownKeys() {
          throw new Error('a secret')
        },
      },
    )
    const response = await new Browser(hostile((session) => Object.assign(session, { trap }))).get('/hostile')
    expect([response.status, response.body.code]).toEqual([500, 'ERR_SESSION_UNSERIALIZABLE'])
    expect(response.text).not.toContain('a secret')
  })

  it('does not come from freezing the session, before or after a change', async () => {
    const browser = new Browser(
      hostile((session) => {
        session['value'] = 'frozen'
        Object.freeze(session)
      }),
    )
    await browser.get('/hostile')
    expect((await browser.get('/read')).body).toBe('frozen')
    expect((await new Browser(hostile(Object.freeze)).get('/hostile')).status).toBe(200)
  })
})

describe('a listener on the diagnostics channel that throws', () => {
  it('does not touch the request: Node reports it as an uncaught exception, as it does on every channel', async () => {
    const events = channel('sealed-session')
    const listener = () => {
      throw new Error('the listener failed')
    }
    const uncaught: unknown[] = []
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => uncaught.push(error.message))
    events.subscribe(listener)
    try {
      const browser = new Browser(appWith(routes))
      expect((await browser.get('/write/value')).status).toBe(200)
      expect((await browser.get('/read')).body).toBe('value')
    } finally {
      events.unsubscribe(listener)
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other)
    }
    expect(uncaught).toEqual(['the listener failed', 'the listener failed'])
  })
})

describe('Object.prototype polluted by other code', () => {
  /** What the package reads from objects that others made: options, attributes, JWKs, claims, headers. */
  const NAMES = [
    ...['keys', 'name', 'property', 'idleTimeout', 'absoluteTimeout', 'alg', 'enc', 'cookie', 'sizeLimit', 'warnAt'],
    ...['validate', 'validateEvery', 'logoutGuard', 'migrateFrom', 'cacheControl', 'onEvent', 'slide', 'oneCookie'],
    ...['from', 'former', 'json', 'idle', 'others', 'ended', 'strength'],
    ...['secure', 'httpOnly', 'sameSite', 'path', 'domain', 'partitioned', 'priority', 'maxAge', 'expires'],
    ...['kty', 'kid', 'k', 'nbf', 'exp', 'revoked', 'sid', 'sat', 'iat', 'ttl', 'chk', 'data', 'zip', 'crit'],
  ]
  const VALUES = ['evil', 'strict', 'none', true, false, 0, 1, 1e12, null, () => true, {}]
  const CASES = NAMES.flatMap((name) => VALUES.map((value) => ({ name, value })))

  function polluted<Result>(name: string, value: unknown, run: () => Result): Result {
    // As pollution does it: enumerable, and the objects of everybody inherit it.
    Object.defineProperty(Object.prototype, name, { value, enumerable: true, configurable: true, writable: true })
    try {
      return run()
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  }
  const jwk = () => ({ kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }) as const
  const attributesOf = (line: string) => line.replace(/=[^;]*/, '')
  const expected = session({ keys: SECRET, name: 'app' }).seal({ value: 1 }).setCookie

  it('becomes no option, attribute or key time', () => {
    for (const { name, value } of CASES) {
      const sealed = polluted(name, value, () =>
        session({ keys: { keys: [jwk()] }, name: 'app', cookie: {} }).seal({ value: 1 }),
      )
      expect(attributesOf(sealed.setCookie), `${name} = ${String(value)}`).toBe(attributesOf(expected))
    }
  })

  it('becomes no claim: a session is sealed and opened as without it', () => {
    stopClock()
    const sessions = session({ keys: SECRET, name: 'app' })
    for (const { name, value } of CASES) {
      at(0)
      const { cookie } = polluted(name, value, () => sessions.seal({ value: 1 }))
      const opened = polluted(name, value, () => {
        const { session, rejected } = sessions.open(withCookie(cookie))
        return { rejected, json: JSON.stringify(session) }
      })
      expect(opened, `${name} = ${String(value)}`).toEqual({ rejected: null, json: '{"value":1}' })
      at(DAY)
      const late = polluted(name, value, () => sessions.open(withCookie(cookie)).rejected)
      expect(late, `${name} = ${String(value)}, a day later`).toBe('idle')
    }
  })

  it('by a session of ours is impossible: __proto__ and constructor are data like any other', () => {
    const sessions = session({ keys: SECRET, name: 'app' })
    const data = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}')
    const { session: opened } = sessions.open(withCookie(sessions.seal(data).cookie))
    expect(Object.hasOwn(opened ?? {}, '__proto__')).toBe(true)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect((opened as { isAdmin?: boolean } | null)?.isAdmin).toBeUndefined()
  })
})
