import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import { type AddressInfo, createConnection, createServer as createConnectionServer } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { deflateSync, inflateSync } from 'node:zlib'
import compression from 'compression'
import express from 'express'
import { describe, expect, it, vi } from 'vitest'
import type { PatchableResponse } from '../../lib/http/patch.js'
import { Takeover } from '../../lib/http/takeover.js'
import session from '../../lib/index.js'
import type { SessionRequest } from '../../lib/types.js'
import { EXPRESSES } from '../support/app.js'
import { fetchRaw, type RawResponse, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any
const warnings = catchWarnings()
type Handle = (error: Any, req: express.Request, res: express.Response) => unknown

/** An app whose one route has a session that is too large, produces a response, and has it handled. */
function failing(produce: (res: express.Response, req: Any) => unknown, handle: Handle, ...between: Any[]) {
  const app = express()
  app.use(session({ keys: SECRET }), ...between)
  app.get('/', (req: Any, res) => {
    req.session.text = 'x'.repeat(5000)
    return produce(res, req)
  })
  app.use(((error, req, res, _next) => handle(error, req, res)) satisfies express.ErrorRequestHandler)
  return app
}

const ask = (app: express.Express, headers = {}) => serving(app, (port) => fetchRaw(port, '/', headers))
/** What a producer has to say. */
const rows = function* () {
  for (let row = 0; row < 5000; row++) yield `row ${row} of the producer\n`
}
const PAGE = 'sorry '.repeat(60_000)

describe('an error handler', () => {
  it('may answer from a callback that nothing ties to it, such as one of a pool that was opened before', async () => {
    const waiting: (() => void)[] = []
    const pool = setInterval(() => waiting.shift()?.(), 5)
    const response = await ask(
      failing(
        (res) => res.json('produced'),
        (_error, _req, res) => waiting.push(() => res.status(503).send('from the pool')),
      ),
    )
    clearInterval(pool)
    expect([response.status, response.body]).toEqual([503, 'from the pool'])
  })

  const pouring: [string, (res: express.Response) => unknown][] = [
    ['is piped', (res) => Readable.from(rows()).pipe(res)],
    [
      'goes on as the response drains',
      (res) => {
        const left = rows()
        const pour = () => {
          for (let row = left.next(); !row.done; row = left.next()) {
            if (!res.write(row.value)) return void res.once('drain', pour)
          }
          res.end()
        }
        pour()
      },
    ],
    [
      'goes on as the response ends',
      (res) => {
        res.on('finish', () => res.write('late')).on('close', () => res.end('later'))
        res.end('produced')
      },
    ],
  ]

  it.each(pouring)(
    'gets nothing of a producer into its page that %s, however slowly the page leaves',
    async (_how, produce) => {
      const onDrain = (res: express.Response) => {
        const left = PAGE.match(/.{1,20000}/gs) ?? []
        const pour = () => {
          for (let part = left.shift(); part !== undefined; part = left.shift()) {
            if (left.length === 0) return void res.end(part)
            if (!res.write(part)) return void res.once('drain', pour)
          }
        }
        res.setHeader('Content-Length', PAGE.length)
        pour()
      }
      for (const answer of [
        onDrain,
        (res: express.Response) => Readable.from(PAGE.match(/.{1,9000}/gs) ?? []).pipe(res),
      ]) {
        const { status, body } = await ask(failing(produce, (_error, _req, res) => answer(res)))
        expect([status, body === PAGE]).toEqual([500, true])
      }
    },
  )

  it('may answer slowly from a pool once the producer has ended, and gets its own drains', async () => {
    const waiting: (() => void)[] = []
    const pool = setInterval(() => waiting.shift()?.(), 5)
    const answer = (res: express.Response) => {
      const left = PAGE.match(/.{1,20000}/gs) ?? []
      const pour = () => {
        for (let part = left.shift(); part !== undefined; part = left.shift()) if (!res.write(part)) return
        res.end()
      }
      res.status(500).on('drain', pour)
      pour()
    }
    const { status, body } = await ask(
      failing(
        (res) => res.json('produced'),
        (_error, _req, res) => waiting.push(() => answer(res)),
      ),
    )
    clearInterval(pool)
    expect([status, body === PAGE]).toEqual([500, true])
  })

  it('may answer from the connection that has called the producer', async () => {
    // A client of a database calls back from the socket of its one connection.
    const database = createConnectionServer((socket) => socket.pipe(socket))
    await once(database.listen(0, '127.0.0.1'), 'listening')
    const connection = createConnection((database.address() as AddressInfo).port, '127.0.0.1')
    const waiting: (() => void)[] = []
    connection.on('data', (answers) => {
      for (const _answer of answers) waiting.shift()?.()
    })
    const query = (callback: () => void) => {
      waiting.push(callback)
      connection.write('.')
    }
    for (const produce of [
      (res: express.Response) => res.json({ saved: true }),
      (res: express.Response) => (res.write('a'), setTimeout(() => res.end('b'), 20)),
    ]) {
      const app = failing(
        (res) => query(() => produce(res)),
        (_error, _req, res) => query(() => res.status(503).send('over the connection')),
      )
      const { status, body } = await ask(app)
      expect([status, body]).toEqual([503, 'over the connection'])
    }
    connection.destroy()
    database.close()
  })

  it('may set the status at once, and answer out of a queue', async () => {
    const queue: (() => void)[] = []
    const worker = setInterval(() => queue.shift()?.(), 5)
    for (const produce of [
      (res: express.Response) => res.json('produced'),
      (res: express.Response) => Readable.from(rows()).pipe(res),
      (res: express.Response) => (res.write('a'), queue.push(() => res.end('b'))),
    ]) {
      const handle: Handle = (_error, _req, res) => {
        res.status(503)
        queue.push(() => res.send('from the queue'))
      }
      const { status, body } = await ask(failing(produce, handle))
      expect([status, body]).toEqual([503, 'from the queue'])
    }
    clearInterval(worker)
  })

  it('keeps its page free of what a producer writes that is called back by the same timer', async () => {
    const queue: (() => void)[] = []
    const worker = setInterval(() => {
      for (const act of queue.splice(0)) act()
    }, 5)
    const app = failing(
      (res) => {
        const next = (row: number) =>
          queue.push(() => (row < 4 ? (res.write('row of the producer'), next(row + 1)) : res.end()))
        next(0)
      },
      (_error, _req, res) => queue.push(() => res.status(503).send('from the queue')),
    )
    const answers = await Promise.all([ask(app), ask(app), ask(app)])
    clearInterval(worker)
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([503, 'from the queue']))
  })

  it('may pipe its page even if the producer has corked the response', async () => {
    const app = failing(
      (res) => {
        res.cork()
        res.write('produced')
        setTimeout(() => (res.uncork(), res.end()), 10)
      },
      (_error, _req, res) => Readable.from(PAGE.match(/.{1,90000}/gs) ?? []).pipe(res.status(503)),
    )
    const { status, body } = await ask(app)
    expect([status, body === PAGE]).toEqual([503, true])
  })

  it('has the page to itself even if a producer has kept the methods that compression has patched', async () => {
    const app = failing(
      (res) => {
        const write = res.write.bind(res)
        const end = res.end.bind(res)
        // Set before the commit fails, so that nothing tells whose it is.
        setTimeout(() => {
          write('late')
          end()
        }, 5)
        res.write('produced')
      },
      async (_error, _req, res) => {
        await delay(20)
        res.send('sorry')
      },
      compression({ threshold: 0 }),
    )
    const { status, body } = await ask(app, { 'accept-encoding': 'gzip' })
    expect([status, body]).toEqual([500, 'sorry'])
  })

  it.each<[string, (res: express.Response) => unknown]>([
    [
      'writes for a while',
      async (res) => {
        for (let row = 0; row < 5; row++) {
          res.write('secret row')
          await delay(5)
        }
        res.end()
      },
    ],
    [
      'sends events for ever',
      (res) => {
        res.writeHead(200, { 'Content-Type': 'text/event-stream' })
        const events = setInterval(() => res.write('data: 1\n\n'), 5)
        res.on('close', () => clearInterval(events))
      },
    ],
    ['waits for its first event', (res) => res.flushHeaders()],
  ])(
    'may answer from a callback that nothing ties to it by setting the status of an error, even while the producer %s',
    async (_how, produce) => {
      const waiting: (() => void)[] = []
      const pool = setInterval(() => waiting.shift()?.(), 5)
      for (const answer of [
        (res: express.Response) => res.status(503).send('from the pool'),
        (res: express.Response) => res.writeHead(503).end('from the pool'),
      ]) {
        const response = await ask(failing(produce, (_error, _req, res) => waiting.push(() => answer(res))))
        expect([response.status, response.body]).toEqual([503, 'from the pool'])
      }
      clearInterval(pool)
    },
  )

  it.each<[string, (res: express.Response, req: Any) => unknown]>([
    ['calls next() behind its answer', (res, req) => (res.send('page'), req.next())],
    ['ends its response twice', (res) => (res.end('page'), setTimeout(() => res.end('late of the producer'), 5))],
    [
      'throws behind its answer',
      (res) => {
        res.send('page')
        throw new Error('a bug')
      },
    ],
  ])('answers in its own time if the producer %s', async (_what, produce) => {
    const handle: Handle = async (_error, _req, res) => {
      await delay(20)
      res.status(503).send('handled')
    }
    const app = failing(produce, handle)
    app.set('env', 'test')
    expect(await ask(app)).toMatchObject({ status: 503, body: 'handled' })
  })

  it('may answer with a page that needs to wait for the client', async () => {
    const page = (_error: unknown, _req: unknown, res: express.Response) =>
      Readable.from(PAGE.match(/.{1,9000}/gs) ?? []).pipe(res)
    expect((await ask(failing((res) => res.json(1), page))).body).toBe(PAGE)
    const compressed = await ask(
      failing((res) => res.json(1), page, compression()),
      { 'accept-encoding': 'gzip' },
    )
    expect([compressed.body === PAGE, compressed.headers['content-encoding']]).toEqual([true, undefined])
  })

  it('answers in plain bytes though compression sets Content-Encoding as the headers leave', async () => {
    const app = failing(
      (res) => {
        res.set('Content-Type', 'text/event-stream').flushHeaders()
        res.end('data: 1\n\n')
      },
      (_error, _req, res) => res.status(503).type('text').end(PAGE),
      compression(),
    )
    const response = await ask(app, { 'accept-encoding': 'gzip' })
    expect(response.headers).not.toHaveProperty('content-encoding')
    expect(response.body).toBe(PAGE)
  })

  it('answers in plain bytes even if it calls writeHead itself, and in its own encoding if it sets one', async () => {
    const answered = (headers: Record<string, string>, body: string | Buffer) => {
      const produce = (res: express.Response) => {
        res.flushHeaders()
        res.end('produced')
      }
      const answer = (_error: unknown, _req: unknown, res: express.Response) => res.writeHead(503, headers).end(body)
      return ask(failing(produce, answer, compression()), { 'accept-encoding': 'gzip' })
    }
    const plain = await answered({ 'Content-Type': 'text/plain' }, PAGE)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.body).toBe(PAGE)
    const own = await answered({ 'Content-Encoding': 'deflate' }, deflateSync('sorry'))
    expect(own.headers['content-encoding']).toBe('deflate')
    expect(inflateSync(Buffer.from(own.body, 'latin1')).toString()).toBe('sorry')
  })

  it('keeps the Cache-Control of the app if that keeps the response out of caches', async () => {
    const headers = async (value: string) => {
      const sending = (res: express.Response) => res.set('Cache-Control', value).json(1)
      return (await ask(failing(sending, (_error, _req, res) => res.send('sorry')))).headers['cache-control']
    }
    expect(await headers('private, no-cache')).toBe('private, no-cache')
    expect(await headers('public, max-age=3600')).toBeUndefined()
  })
})

describe.each(EXPRESSES)('where nothing tells the error handler from the producer, on %s,', (_name, create) => {
  const overflow: express.RequestHandler = (req: Any, res) => {
    req.session.text = 'x'.repeat(5000)
    res.json('produced')
  }

  it.each(['end', 'close', 'data'])(
    'a handler may answer from its own listener for "%s" of the request',
    async (event) => {
      const app = create().use(session({ keys: SECRET }))
      app.post('/', overflow)
      app.use(((_error, req, res, _next) => {
        let answered = false
        req.on(event, () => {
          if (!answered) res.status(413).send('sorry')
          answered = true
        })
        req.resume()
      }) satisfies express.ErrorRequestHandler)
      await serving(app, async (port) => {
        const socket = createConnection(port, '127.0.0.1')
        socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345')
        await delay(20)
        socket.write('67890')
        expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [\s\S]*sorry$/)
      })
    },
  )

  it('a listener of the error handler can be removed, and runs once if it is to', async () => {
    const heard: string[] = []
    const app = create().use(session({ keys: SECRET }))
    app.get('/', overflow)
    app.use(((_error, req, res, _next) => {
      const removed = () => heard.push('removed')
      req.on('sign', removed)
      req.once('sign', () => heard.push('once'))
      req.removeListener('sign', removed)
      req.emit('sign')
      req.emit('sign')
      res.status(413).json(heard)
    }) satisfies express.ErrorRequestHandler)
    expect((await ask(app)).body).toBe('["once"]')
  })

  it('nobody is waited for where the client has gone before the commit failed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const before = vi.getTimerCount()
    try {
      const app = create().use(session({ keys: SECRET }))
      const handled = new Promise<void>((resolve) => {
        app.get('/', (req, res) => {
          res.on('close', () => overflow(req, res, () => {}))
          req.socket.destroy()
        })
        app.use(((_error, _req, _res, _next) => resolve()) satisfies express.ErrorRequestHandler)
      })
      await ask(app).catch(() => {})
      await handled
      expect(vi.getTimerCount()).toBe(before)
    } finally {
      vi.useRealTimers()
    }
  })

  it('a plain 500 is sent after 30 seconds, with a warning, and what comes then is dropped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let late = () => {}
      let answered: Promise<RawResponse> | undefined
      const handled = new Promise<void>((resolve) => {
        const app = create().use(session({ keys: SECRET }))
        app.get('/', overflow)
        app.use(((_error, _req, res, _next) => {
          late = () => void res.status(413).send('sorry')
          resolve()
        }) satisfies express.ErrorRequestHandler)
        answered = ask(app)
      })
      await handled
      vi.advanceTimersByTime(29_999)
      expect(warnings.codes()).not.toContain('SESSION_WARN_UNANSWERED')
      vi.advanceTimersByTime(1)
      expect(late).not.toThrow()
      const { status, body } = (await answered) ?? {}
      expect([status, body]).toEqual([500, 'Internal Server Error\n'])
      expect(warnings.codes()).toContain('SESSION_WARN_UNANSWERED')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a producer that has lost its response', () => {
  it('cannot change the head of the error page', async () => {
    const later: Handle = async (_error, _req, res) => {
      await delay(5)
      res.status(503)
      res.write('sorry, ')
      res.end('this failed')
    }
    const twice = await ask(failing((res) => (res.redirect('/'), res.json({ a: 1 })), later))
    expect([twice.status, twice.body]).toEqual([503, 'sorry, this failed'])
    expect(twice.headers).not.toHaveProperty('content-length')
  })

  it('cannot change the status of the error page', async () => {
    const later: Handle = async (_error, _req, res) => {
      res.status(503)
      await delay(5)
      res.end(`${res.statusCode}`)
    }
    for (const produce of [
      (res: express.Response) => (res.flushHeaders(), res.status(200).json({ a: 1 })),
      (res: express.Response) => {
        res.write('a')
        res.statusCode = 201
        res.statusMessage = 'Fine'
        res.end()
      },
    ]) {
      const { status, statusText, body } = await ask(failing(produce, later))
      expect([status, statusText, body]).toEqual([503, 'Service Unavailable', '503'])
    }
  })

  it('cannot change the status of the error page over HTTP/2', async () => {
    const sessions = session<Any>({
      keys: SECRET,
      onError(_error, _req, res) {
        res.statusCode = 503
        setTimeout(() => res.end(`${res.statusCode}`), 5)
      },
    })
    const server = createServer((req: Any, res) => {
      sessions(req, res, () => {
        req.session.text = 'x'.repeat(5000)
        res.write('a')
        res.statusCode = 201
        res.end()
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const stream = client.request({ ':path': '/' })
    const [[headers], body] = await Promise.all([once(stream, 'response'), text(stream)])
    expect([headers[':status'], body]).toEqual([503, '503'])
    client.close()
    server.close()
  })

  it('and then throws does not damage the page of the error handler', async () => {
    const app = failing(
      (res) => {
        res.json(1)
        throw new Error('a bug')
      },
      async (_error, _req, res) => {
        await delay(200)
        res.status(503)
        res.write('sorry, ')
        res.end('this failed')
      },
    )
    app.set('env', 'test')
    const { status, headers, body } = await ask(app)
    expect([status, body]).toEqual([503, 'sorry, this failed'])
    expect(headers).not.toHaveProperty('content-length')
  })

  it('has to wait as for a client that has gone away if it writes in a loop without end', async () => {
    let poured = 0
    const app = failing(
      async (res) => {
        for (;;) {
          poured += 1
          if (!res.write('produced')) await new Promise((drained) => res.once('drain', drained as () => void))
        }
      },
      (_error, _req, res) => res.status(503).send('sorry'),
    )
    expect((await ask(app)).body).toBe('sorry')
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate)
    expect(poured).toBe(257)
  })

  it('has to wait if it writes without end, and is released with the response', async () => {
    let poured = 0
    const endless = new Readable({
      read() {
        poured += 1
        this.push('x'.repeat(1000))
      },
    })
    const app = failing(
      (res) => endless.pipe(res),
      (_error, _req, res) => setTimeout(() => res.status(503).end('sorry'), 30),
    )
    expect((await ask(app)).body).toBe('sorry')
    await vi.waitFor(() => expect(endless.destroyed).toBe(true))
    expect(poured).toBeLessThan(5000)
  })

  it('is released even if the error page is piped itself', async () => {
    const waiting = new Readable({ read() {} })
    waiting.push('x')
    const app = failing(
      (res) => waiting.pipe(res),
      (_error, _req, res) => {
        waiting.pause()
        Readable.from([PAGE]).pipe(res)
      },
    )
    expect((await ask(app)).body).toBe(PAGE)
    await vi.waitFor(() => expect(waiting.destroyed).toBe(true))
  })
})

describe('a call of end that a package before us passes on later', () => {
  it('sends what was committed, even if the session is spoiled meanwhile', async () => {
    const app = express()
    app.use((_req, res, next) => {
      const { end } = res
      res.end = function later(this: Any, ...args: Any[]) {
        setImmediate(() => (end as Any).apply(this, args))
        return this
      }
      next()
    })
    app.use(session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.a = 1
      res.send('ok')
      req.session.big = 'x'.repeat(5000)
    })
    const { status, body, setCookies } = await ask(app)
    expect([status, body, setCookies.length]).toEqual([200, 'ok', 1])
  })
})

describe('a head that nearly left', () => {
  it('does not keep a session that was taken back since', async () => {
    const app = express()
    app.use(session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.user = 'Ada'
      res.cookie('own', '1')
      res.write(123 as Any)
    })
    app.use((async (_error, req: Any, res, _next) => {
      await req.session.reload()
      res.status(500).end('undone')
    }) satisfies express.ErrorRequestHandler)
    const { body, setCookies } = await ask(app)
    expect([body, setCookies]).toEqual(['undone', ['own=1; Path=/']])
  })
})

describe('the status of a response that was taken over', () => {
  const takenOver = (res: object) => new Takeover({}, {} as SessionRequest, res as PatchableResponse, undefined)
  const callIsOver = () => new Promise(setImmediate)

  it('can be listed, and patched by others, as before', () => {
    const res = { statusCode: 200, statusMessage: 'OK' }
    takenOver(res)
    expect(Object.entries(res)).toEqual([
      ['statusCode', 200],
      ['statusMessage', 'OK'],
    ])
    const watched = vi.fn()
    Object.defineProperty(res, 'statusCode', { set: watched })
    res.statusCode = 503
    expect(watched).toHaveBeenCalledWith(503)
  })

  it('cannot be set by the code whose call failed, but by code that begins an answer after that', async () => {
    const res = { statusCode: 200 }
    takenOver(res)
    res.statusCode = 201
    expect(res.statusCode).toBe(200)
    await callIsOver()
    res.statusCode = 201
    expect(res.statusCode).toBe(201)
  })

  it('stays as it is if it is read-only, and is not an error', async () => {
    const res = Object.create({
      get statusCode() {
        return 200
      },
    })
    takenOver(res)
    await callIsOver()
    expect(() => {
      res.statusCode = 201
    }).not.toThrow()
    expect(res.statusCode).toBe(200)
  })
})
