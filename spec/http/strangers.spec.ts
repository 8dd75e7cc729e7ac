import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { RequestListener } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import compression from 'compression'
import type express from 'express'
import onHeaders from 'on-headers'
import { describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { fetchRaw, type RawResponse, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

/**
 * Strangers: middleware and hosts that know nothing of the sessions and replace the methods of the same response. Here
 * they are stand-ins that work as real ones do; spec/tools/strangers.tools.ts has the real ones.
 */

type Any = any
type Create = typeof express
type Middleware = (req: Any, res: Any, next: Any) => void
/** Answers as an app does, now or later. */
type Answer = (res: Any) => unknown
type Handle = (res: Any, code: string) => unknown

const FILE = import.meta.filename
const PAGE = 'a page of the app'
const LARGE = 'x'.repeat(5000)
const HANDLED = 'handled ERR_SESSION_OVERFLOW'
const REFUSED = 'Internal Server Error\n'

const warnings = catchWarnings()
const sessions = (options: SessionOptions = {}): Middleware => session({ keys: SECRET, ...options }) as Any
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
const namesOf = (lines: readonly string[]) => lines.map((line) => String(line.split('=')[0])).sort()
const cookieOf = ({ setCookies }: RawResponse) => setCookies.find((line) => line.startsWith('session='))?.split(';')[0]

const WAYS: readonly (readonly [way: string, answer: Answer])[] = [
  ['json', (res) => res.json(PAGE)],
  ['send', (res) => res.send(PAGE)],
  ['write and end', (res) => (res.write(PAGE), res.end('.'))],
  ['end', (res) => res.end(PAGE)],
  ['flushHeaders', (res) => (res.flushHeaders(), res.end(PAGE))],
  ['writeHead and end', (res) => res.writeHead(200, { 'X-Page': '1' }).end(PAGE)],
  ['writeHead with a message, write and end', (res) => (res.writeHead(200, 'Fine'), res.write(PAGE), res.end())],
  ['sendFile', (res) => res.sendFile(FILE, { dotfiles: 'allow' })],
  ['redirect', (res) => res.redirect('/elsewhere')],
  ['a pipe', (res) => createReadStream(FILE).pipe(res)],
  ['write, and end later', async (res) => (res.write(PAGE), await turn(), res.end('.'))],
]

/** As caches work that keep a head when it passes, the body as it is written, and both when the response ends. */
function cache() {
  const pages = new Map<string, { status: number; head: Any; body: Buffer }>()
  const kept: Any = (req: Any, res: Any, next: Any) => {
    const page = pages.get(req.url)
    if (page) {
      res.writeHead(page.status, page.head)
      return void res.end(page.body)
    }
    const { writeHead, write, end } = res
    const chunks: Buffer[] = []
    let head: Any
    const keep = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string))
    }
    res.writeHead = function keeping(this: Any, ...args: Any[]) {
      const given = args.find((arg) => typeof arg === 'object')
      head = { ...this.getHeaders(), ...given }
      return writeHead.apply(this, args)
    }
    res.write = function keeping(this: Any, ...args: Any[]) {
      keep(args[0])
      return write.apply(this, args)
    }
    res.end = function keeping(this: Any, ...args: Any[]) {
      keep(args[0])
      // Over HTTP/2, it writes what it was given.
      res.write = write
      const ended = end.apply(this, args)
      pages.set(req.url, { status: this.statusCode, head, body: Buffer.concat(chunks) })
      return ended
    }
    next()
  }
  return kept as Middleware
}

/** Counts visits, and has a cookie of its own beside the session. */
function counting(create: Create, strangers: { before?: Middleware[]; behind?: Middleware[] }, answer: Answer) {
  const app = create()
  for (const stranger of strangers.before ?? []) app.use(stranger)
  app.use(sessions())
  app.get('/count', (req: Any, res) => void res.json(req.session.count ?? 0))
  for (const stranger of strangers.behind ?? []) app.use(stranger)
  app.get('/', (req: Any, res) => {
    req.session.count = (req.session.count ?? 0) + 1
    res.cookie('own', '1')
    return answer(res) as Any
  })
  return app
}

/** That the session of a response is there when the browser comes again. */
async function remembers(port: number, response: RawResponse) {
  const { body } = await fetchRaw(port, '/count', { Cookie: cookieOf(response) ?? 'none=1' })
  expect(body).toBe('1')
}

describe.each(EXPRESSES)('a cache after the session, on %s,', (_version, create) => {
  const BEFORE: [string, Middleware[]][] = [
    ['nobody', []],
    ['compression', [compression({ threshold: 0 }) as Any]],
  ]

  describe.each(BEFORE)('with %s before the session,', (_who, before) => {
    it.each(WAYS)('hands nobody the session of another visitor, who keeps it: by %s', async (_way, answer) => {
      await serving(counting(create, { before, behind: [cache()] }, answer), async (port) => {
        const first = await fetchRaw(port, '/', { 'Accept-Encoding': 'gzip' })
        const second = await fetchRaw(port, '/', { 'Accept-Encoding': 'gzip' })
        expect(namesOf(first.setCookies)).toEqual(['own', 'session'])
        expect(namesOf(second.setCookies)).toEqual(['own'])
        expect([second.status, second.body]).toEqual([first.status, first.body])
        await remembers(port, first)
      })
    })
  })
})

describe.each(EXPRESSES)('a listener of on-headers after the session, on %s,', (_version, create) => {
  it.each(WAYS)('finds no session in the head, and adds to it: by %s', async (_way, answer) => {
    const found: string[][] = []
    const listener: Middleware = (_req, res, next) => {
      onHeaders(res, function listen(this: Any) {
        found.push(namesOf([this.getHeader('Set-Cookie') ?? []].flat()))
        this.append('Set-Cookie', 'theirs=1')
      })
      next()
    }
    await serving(counting(create, { behind: [listener] }, answer), async (port) => {
      const response = await fetchRaw(port, '/')
      expect(found).toEqual([['own']])
      expect(namesOf(response.setCookies)).toEqual(['own', 'session', 'theirs'])
      await remembers(port, response)
    })
  })
})

/** Sends the head by a `writeHead` of before everybody else's, when the body begins. */
const keepingWriteHead: Middleware = (_req, res, next) => {
  const { writeHead, write, end } = res
  let begun = false
  const begin = () => {
    if (!begun && !res.headersSent) writeHead.call(res, res.statusCode)
    begun = true
  }
  res.write = function beginning(this: Any, ...args: Any[]) {
    begin()
    return write.apply(this, args)
  }
  res.end = function beginning(this: Any, ...args: Any[]) {
    begin()
    return end.apply(this, args)
  }
  next()
}

/** As @polka/compression: `writeHead` only notes the status, and the head leaves by a kept one when the body begins. */
const keepingHeadBack: Middleware = (_req, res, next) => {
  const { writeHead, write, end } = res
  let status = 0
  let begun = false
  const begin = () => {
    if (!begun) writeHead.call(res, status || res.statusCode)
    begun = true
  }
  res.writeHead = function noting(this: Any, code: number, ...rest: Any[]) {
    status = code
    for (const headers of rest) if (typeof headers === 'object') for (const k in headers) this.setHeader(k, headers[k])
    return this
  }
  res.write = function beginning(this: Any, ...args: Any[]) {
    begin()
    return write.apply(this, args)
  }
  res.end = function beginning(this: Any, ...args: Any[]) {
    begin()
    return end.apply(this, args)
  }
  next()
}

describe.each(EXPRESSES)('a wrapper that keeps a writeHead and calls it from write and end, on %s,', (_v, create) => {
  /** Not by flushHeaders: that is not theirs, and one that keeps the head back keeps it from Node's, too. */
  const ways = WAYS.filter(([way]) => way !== 'flushHeaders')
  const wrappers: [string, Middleware][] = [
    ['one that sends it when the body begins', keepingWriteHead],
    ['one that keeps the head back until then', keepingHeadBack],
  ]

  describe.each(wrappers)('%s:', (_which, wrapper) => {
    it.each(ways)('before the session, it sends the session: by %s', async (_way, answer) => {
      await serving(counting(create, { before: [wrapper] }, answer), async (port) => {
        const response = await fetchRaw(port, '/')
        expect(namesOf(response.setCookies)).toEqual(['own', 'session'])
        await remembers(port, response)
      })
    })

    it.each(ways)('after the session, it sends the session: by %s', async (_way, answer) => {
      await serving(counting(create, { behind: [wrapper] }, answer), async (port) => {
        const response = await fetchRaw(port, '/')
        expect(namesOf(response.setCookies)).toEqual(['own', 'session'])
        await remembers(port, response)
      })
    })
  })
})

/** Puts back the `end` and `write` that it has found, when they are first called. */
const puttingBack: Middleware = (_req, res, next) => {
  for (const method of ['end', 'write']) {
    const original = res[method]
    res[method] = function replaced(this: Any, ...args: Any[]) {
      res[method] = original
      return original.apply(this, args)
    }
  }
  next()
}

/** The same later: `end` waits for something, and is nothing meanwhile. */
const puttingBackLater: Middleware = (_req, res, next) => {
  const { end, write } = res
  res.write = function replaced(this: Any, ...args: Any[]) {
    setTimeout(() => {
      res.write = write
    }, 2)
    return write.apply(this, args)
  }
  res.end = function waiting(this: Any, ...args: Any[]) {
    res.end = () => null
    setTimeout(() => {
      res.end = end
      end.apply(this, args)
    }, 2)
    return this
  }
  next()
}

/** As hijackresponse: what is written is passed on later, in a turn of its own, by the methods that it has found. */
const passingOnLater: Middleware = (_req, res, next) => {
  const { write, end } = res
  const waiting: (() => unknown)[] = []
  let wake = () => {}
  const passOn = async () => {
    while (!res.writableEnded) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      for (let pass = waiting.shift(); pass; pass = waiting.shift()) await pass()
    }
  }
  const later =
    (method: Any) =>
    (...args: Any[]) => {
      waiting.push(() => method.apply(res, args))
      wake()
      return true
    }
  res.write = later(write)
  res.end = later(end)
  void passOn()
  next()
}

/** As express-minify: it has the head sent before the first of a body, if it was not. */
const implying: Middleware = (_req, res, next) => {
  for (const method of ['write', 'end']) {
    const original = res[method]
    res[method] = function implied(this: Any, ...args: Any[]) {
      if (!this._header) this._implicitHeader()
      return original.apply(this, args)
    }
  }
  next()
}
/** As tamper: when the head leaves, it puts back all that it has found. */
const bypassing: Middleware = (_req, res, next) => {
  const { writeHead, write, end } = res
  res.writeHead = function bypassed(this: Any, ...args: Any[]) {
    Object.assign(this, { writeHead, write, end })
    return this.writeHead(...args)
  }
  res.write = function begun(this: Any, ...args: Any[]) {
    if (!this.headersSent) this.writeHead(this.statusCode)
    return this.write(...args)
  }
  res.end = function begun(this: Any, ...args: Any[]) {
    if (!this.headersSent) this.writeHead(this.statusCode)
    return this.end(...args)
  }
  next()
}
const both =
  (first: Middleware, second: Middleware): Middleware =>
  (req, res, next) =>
    first(req, res, () => second(req, res, next))

const PRODUCERS: readonly (readonly [way: string, answer: Answer])[] = [
  ['write and end', (res) => (res.write(PAGE), res.end('.'))],
  ['writeHead and end', (res) => res.writeHead(200).end(PAGE)],
  ['write, and end later', async (res) => (res.write(PAGE), await turn(), res.end('.'))],
  ['writeHead, write, and end later', async (res) => (res.writeHead(200), res.write(PAGE), await turn(), res.end('.'))],
  ['flushHeaders, write and end', (res) => (res.flushHeaders(), res.write(PAGE), res.end('.'))],
  ['flushHeaders, and end later', async (res) => (res.flushHeaders(), await turn(), res.end(PAGE))],
  ['end', (res) => res.end(PAGE)],
  ['json', (res) => res.json(PAGE)],
]

const HANDLERS: readonly (readonly [way: string, handle: Handle])[] = [
  ['end', (res, code) => res.end(`handled ${code}`)],
  ['send', (res, code) => res.send(`handled ${code}`)],
  ['write, and end later', async (res, code) => (res.write('handled '), await turn(), res.end(code))],
]

describe.each(EXPRESSES)('after a failed commit, on %s,', (_version, create) => {
  /** Returns what the browser got, and the errors that the response had meanwhile and afterwards. */
  async function failing(strangers: { before?: Middleware; behind?: Middleware }, produce: Answer, handle: Handle) {
    const errors: unknown[] = []
    let produced: unknown
    let handled = 0
    const app = create()
    app.use((_req, res, next) => {
      res.on('error', (error) => errors.push(error))
      next()
    })
    if (strangers.before) app.use(strangers.before)
    app.use(sessions())
    if (strangers.behind) app.use(strangers.behind)
    app.get('/', (req: Any, res) => {
      req.session.text = LARGE
      produced = produce(res)
    })
    app.use(((error, _req, res, _next) => {
      handled += 1
      handle(res.status(503), error.code)
    }) satisfies express.ErrorRequestHandler)
    return serving(app, async (port) => {
      const { status, body, setCookies } = await fetchRaw(port, '/')
      await produced
      await turn()
      return { status, body, setCookies, handled, errors }
    })
  }

  const ANSWERED = { status: 503, body: HANDLED, setCookies: [], handled: 1, errors: [] }
  const matrix = PRODUCERS.flatMap(([way, produce]) =>
    HANDLERS.map(([by, handle]) => [way, by, produce, handle] as const),
  )

  it.each(
    (
      [
        ['a package that restores end and write does not undo the takeover', { before: puttingBack }],
        ['a package that restores end and write later does not undo the takeover', { before: puttingBackLater }],
        ['a package after the session that restores end and write does not undo the takeover', { behind: puttingBack }],
        [
          'a package after the session that holds the head back does not change the status of the page',
          { behind: keepingHeadBack },
        ],
        [
          'a package before the session that holds the head back does not change the status of the page',
          { before: keepingHeadBack },
        ],
        ['a page that a package before the session passes on later has a head', { before: passingOnLater }],
        [
          'a package after the session that restores all that it has found leaves the page whole',
          { behind: bypassing },
        ],
      ] as const
    ).flatMap(([sentence, wrappers]) =>
      matrix.map(([way, by, produce, handle]) => [sentence, way, by, wrappers, produce, handle] as const),
    ),
  )('%s: %s, and a page by %s', async (_sentence, _way, _by, wrappers, produce, handle) => {
    expect(await failing(wrappers, produce, handle)).toEqual(ANSWERED)
  })

  /** They answer late, so that a head that leaves early would not be theirs. */
  const late: Handle = async (res, code) => (await turn(), res.status(503).set('X-Late', '1').send(`handled ${code}`))

  it.each(PRODUCERS)(
    'packages after the session that have Node send heads send none before the page: %s',
    async (_way, produce) => {
      const behind = both(implying, implying)
      expect(await failing({ behind }, produce, late)).toEqual(ANSWERED)
      expect(await failing({ behind, before: keepingWriteHead }, produce, late)).toEqual(ANSWERED)
    },
  )

  it.each(PRODUCERS)(
    'packages after the session that have Node send heads later send none before the page: %s',
    async (_way, produce) => {
      expect(await failing({ behind: both(implying, passingOnLater) }, produce, late)).toEqual(ANSWERED)
    },
  )
})

/** A promise of a middleware's `next`, as hosts of other kinds make one. */
const promised = (middleware: Middleware, req: Any, res: Any) =>
  new Promise<void>((resolve, reject) => {
    middleware(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
  })

const ask = (listener: Any, path = '/', headers = {}) => serving(listener, (port) => fetchRaw(port, path, headers))

describe('a host that makes a promise of next', () => {
  const host = (options: SessionOptions, answer: Answer): RequestListener => {
    const middleware = sessions(options)
    return async (req: Any, res) => {
      await promised(middleware, req, res)
      req.session.text = req.url === '/large' ? LARGE : 'small'
      answer(res)
    }
  }

  it('sends sessions', async () => {
    const { body, setCookies } = await ask(host({}, (res) => res.end(PAGE)))
    expect([body, namesOf(setCookies)]).toEqual([PAGE, ['session']])
  })

  it.each(PRODUCERS.filter(([way]) => way !== 'json'))(
    'answers a failed commit with a plain 500, and a warning: %s',
    async (_way, answer) => {
      const { status, headers, body, setCookies } = await ask(host({}, answer), '/large')
      expect([status, headers['content-type'], body, setCookies]).toEqual([
        500,
        'text/plain; charset=utf-8',
        REFUSED,
        [],
      ])
      expect(warnings.codes()).toEqual(['SESSION_WARN_UNHANDLED'])
    },
  )

  it.each(PRODUCERS.filter(([way]) => way !== 'json'))(
    'answers a failed commit with onError if there is one: %s',
    async (_way, answer) => {
      const onError: Any = async (error: Any, req: Any, res: Any) => {
        await turn()
        res.statusCode = 503
        res.end(`${error.code} of ${req.url}`)
      }
      const { status, body } = await ask(host({ onError }, answer), '/large')
      expect([status, body]).toEqual([503, 'ERR_SESSION_OVERFLOW of /large'])
      expect(warnings.codes()).toEqual([])
    },
  )
})

describe.each(EXPRESSES)('a promise of next inside %s', (_version, create) => {
  const middleware = sessions()
  const within: Middleware = async (req, res, next) => {
    try {
      await promised(middleware, req, res)
      next()
    } catch (error) {
      next(error)
    }
  }
  const produce: Middleware = (req, res) => {
    req.session.text = req.url === '/large' ? LARGE : 'small'
    res.json(PAGE)
  }
  const handled = (app: express.Express | express.Router) =>
    app.use(((error, _req, res, _next) => {
      res.status(503).end(`handled ${error.code}`)
    }) satisfies express.ErrorRequestHandler)

  const PATHS = ['/', '/large']
  const places: [string, () => express.Express][] = [
    ['before the routes', () => create().use(within).get(PATHS, produce)],
    ['in a route, before its handler', () => create().get(PATHS, within, produce)],
    [
      'in the handler of a route',
      () =>
        create().get(PATHS, (req, res, next) =>
          within(req, res, (error: unknown) => (error ? next(error) : produce(req, res, next))),
        ),
    ],
    ['in a router', () => create().use(create.Router().use(within).get(PATHS, produce))],
  ]

  it.each(places)('leads a failed commit to the error handlers once: %s', async (_where, make) => {
    const app = make()
    handled(app)
    const { status, body, setCookies } = await ask(app, '/large')
    expect([status, body, setCookies]).toEqual([503, HANDLED, []])
    expect(warnings.codes()).toEqual([])
  })

  it.each(places)('sends sessions: %s', async (_where, make) => {
    expect(namesOf((await ask(make())).setCookies)).toEqual(['session'])
  })
})

describe('a host that takes the next handler off a list, which it lends to another request afterwards,', () => {
  /** Its holders know the request that they are lent to, and how far it has come; `next` is bound to the holder. */
  function pooling(middlewares: readonly Middleware[], handle: Middleware): RequestListener {
    const free: ReturnType<typeof holder>[] = []
    function holder() {
      const self: Any = { req: undefined, res: undefined, at: 0 }
      self.next = (error?: unknown) => {
        const { req, res } = self
        const middleware = middlewares[self.at++]
        if (middleware && !error) return middleware(req, res, self.next)
        Object.assign(self, { req: undefined, res: undefined, at: 0 })
        free.push(self)
        handle(req, res, error)
      }
      return self
    }
    return (req, res) => {
      const self = free.pop() ?? holder()
      Object.assign(self, { req, res })
      self.next()
    }
  }

  it('does not run handlers of another request when a commit fails, and every visitor has a session', async () => {
    const handled: string[] = []
    const held = new Map<string, () => void>()
    const arrived = new Map<string, (value?: unknown) => void>()
    const at = (path: string) => new Promise((resolve) => arrived.set(path, resolve))
    const waits: Middleware = (req, _res, next) => {
      if (req.url !== '/waits') return next()
      held.set(req.url, next)
      arrived.get(req.url)?.()
    }
    const handle: Middleware = (req, res, error) => {
      handled.push(`${req.url} ${error?.code ?? typeof req.session}`)
      if (req.url !== '/large') return void res.end(PAGE)
      held.set(req.url, () => {
        req.session.text = LARGE
        res.end(PAGE)
      })
      arrived.get(req.url)?.()
    }
    await serving(pooling([sessions(), waits], handle), async (port) => {
      const [isLarge, isWaiting] = [at('/large'), at('/waits')]
      const large = fetchRaw(port, '/large')
      await isLarge
      // This one is lent what the first has given back.
      const waiting = fetchRaw(port, '/waits')
      await isWaiting
      held.get('/large')?.()
      expect([(await large).status, (await large).body]).toEqual([500, REFUSED])
      expect(handled).toEqual(['/large object'])
      held.get('/waits')?.()
      expect((await waiting).body).toBe(PAGE)
      for (const path of ['/1', '/2', '/3', '/4', '/5']) expect((await fetchRaw(port, path)).body).toBe(PAGE)
    })
    expect(handled).toEqual([
      '/large object',
      '/waits object',
      ...['/1', '/2', '/3', '/4', '/5'].map((path) => `${path} object`),
    ])
  })
})

describe('a host that says that no head has ever left', () => {
  const HOSTED: readonly (readonly [way: string, answer: Answer])[] = [
    ...PRODUCERS.filter(([way]) => way !== 'json'),
    ['a pipe', (res) => createReadStream(FILE).pipe(res)],
    ['many writes', (res) => ([...PAGE].map((letter) => res.write(letter)), res.end())],
  ]
  const host = (answer: Answer, options: SessionOptions = {}, before?: Middleware): RequestListener => {
    const middleware = sessions(options)
    return (req: Any, res) => {
      const produce = () => {
        req.session.text = req.url === '/large' ? LARGE : 'small'
        answer(res)
      }
      before?.(req, res, () => {})
      Object.defineProperty(res, 'headersSent', { configurable: true, get: () => false })
      middleware(req, res, produce)
    }
  }

  it.each(HOSTED)('sends a session that changes, once: by %s', async (_way, answer) => {
    const { status, setCookies } = await ask(host(answer))
    expect([status, namesOf(setCookies)]).toEqual([200, ['session']])
    expect(warnings.codes()).toEqual([])
  })

  it.each(HOSTED)('answers a failed commit once, and resets nothing: by %s', async (_way, answer) => {
    const { status, body, setCookies } = await ask(host(answer), '/large')
    expect([status, body, setCookies]).toEqual([500, REFUSED, []])
  })

  describe.each([
    ['nobody', undefined],
    ['a wrapper that writes by itself', keepingWriteHead],
  ] as const)('with %s before the sessions,', (_who, before) => {
    it.each([
      ['is changed', 'changed'],
      ['grows too large', LARGE],
    ])('keeps a page whole whose session %s after its head', async (_how, data) => {
      const answer: Answer = async (res) => {
        res.write(PAGE)
        await turn()
        res.req.session.text = data
        res.write(PAGE)
        res.end()
      }
      const { status, body, setCookies } = await ask(host(answer, {}, before))
      expect([status, body, namesOf(setCookies)]).toEqual([200, PAGE + PAGE, ['session']])
    })
  })

  it('keeps what onError had answered before it failed', async () => {
    const onError: Any = (_error: unknown, _req: unknown, res: Any) => {
      res.statusCode = 503
      res.end(HANDLED)
      throw new Error('no log')
    }
    const { status, body } = await ask(
      host((res) => res.end(PAGE), { onError }),
      '/large',
    )
    expect([status, body]).toEqual([503, HANDLED])
  })
})

describe('over HTTP/2, with the responses of the compatibility API,', () => {
  async function askHttp2(path: string, options: SessionOptions, answer: Answer, behind?: Middleware) {
    const middleware = sessions(options)
    const server = createHttp2Server((req: Any, res: Any) => {
      const produce = () => {
        req.session.text = req.url === '/large' ? LARGE : 'small'
        res.setHeader('Set-Cookie', 'own=1')
        answer(res)
      }
      middleware(req, res, () => (behind ? behind(req, res, produce) : produce()))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    try {
      const stream = client.request({ ':path': path })
      const [[headers], body] = await Promise.all([once(stream, 'response'), text(stream)])
      return { status: headers[':status'], setCookies: headers['set-cookie'] ?? [], body }
    } finally {
      client.close()
      server.close()
    }
  }

  const HTTP2: readonly (readonly [way: string, answer: Answer])[] = [
    ['end', (res) => res.end(PAGE)],
    ['write and end', (res) => (res.write(PAGE), res.end())],
    ['flushHeaders and end', (res) => (res.flushHeaders(), res.end(PAGE))],
    ['writeHead and end', (res) => res.writeHead(200, { 'x-page': '1' }).end(PAGE)],
    ['writeHead, write and end later', async (res) => (res.writeHead(200), res.write(PAGE), await turn(), res.end())],
    ['write, and end later', async (res) => (res.write(PAGE), await turn(), res.end())],
  ]

  it.each(HTTP2)('a session is sent beside the cookies of others: by %s', async (_way, answer) => {
    const { status, setCookies, body } = await askHttp2('/', {}, answer)
    expect([status, namesOf(setCookies), body]).toEqual([200, ['own', 'session'], PAGE])
  })

  it.each(HTTP2)('a cache after the session stores no session: by %s', async (_way, answer) => {
    const kept = cache()
    const first = await askHttp2('/', {}, answer, kept)
    const second = await askHttp2('/', {}, answer, kept)
    expect(namesOf(first.setCookies)).toEqual(['own', 'session'])
    expect(namesOf(second.setCookies)).not.toContain('session')
    expect([second.status, second.body]).toEqual([200, PAGE])
  })

  it.each(HTTP2)('a failed commit is a plain 500, or what onError answers: by %s', async (_way, answer) => {
    const onError: Any = (error: Any, _req: Any, res: Any) => {
      res.statusCode = 503
      res.end(`handled ${error.code}`)
    }
    const refused = await askHttp2('/large', {}, answer)
    expect([refused.status, refused.body]).toEqual([500, REFUSED])
    const answered = await askHttp2('/large', { onError }, answer)
    expect([answered.status, answered.body]).toEqual([503, HANDLED])
    expect([...refused.setCookies, ...answered.setCookies]).toEqual(['own=1', 'own=1'])
  })
})
