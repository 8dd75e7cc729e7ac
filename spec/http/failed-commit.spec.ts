import { once } from 'node:events'
import { type ClientHttp2Stream, connect, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import type express from 'express'
import { describe, expect, it, vi } from 'vitest'
import session from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { fetchRaw, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any
type Producer = (res: express.Response, req: express.Request) => unknown

/** An app whose onError begins to answer, and then fails. */
function answeringHalf() {
  const sessions = session({
    keys: SECRET,
    async onError(_error, _req, res) {
      ;(res as Any).write('half of')
      throw new Error('no template')
    },
  })
  return (req: Any, res: Any) =>
    sessions(req, res, () => {
      req.session.text = 'x'.repeat(5000)
      res.end('produced')
    })
}

/** Asks a server of HTTP/2 for `/`. */
async function overHttp2(listener: (req: Any, res: Any) => void, see: (stream: ClientHttp2Stream) => Promise<void>) {
  const server = createHttp2Server(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    await see(client.request({ ':path': '/' }))
  } finally {
    client.destroy()
    server.close()
  }
}

describe('a failed commit', () => {
  it('is a plain 500 over HTTP/2 where nothing handles it, and Node has nothing to warn of', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const sessions = session({ keys: SECRET })
    const app = (req: Any, res: Any) =>
      sessions(req, res, () => {
        req.session.text = 'x'.repeat(5000)
        res.end('produced')
      })
    await overHttp2(app, async (stream) => {
      const [headers] = await once(stream, 'response')
      expect([headers[':status'], await text(stream)]).toEqual([500, 'Internal Server Error\n'])
    })
    expect(warned.mock.calls.map(([, how]: Any) => how.code ?? how)).toEqual(['SESSION_WARN_UNHANDLED'])
  })

  const overflowing = (more: (app: express.Express) => void, produce: Producer = (res) => res.json('produced')) => {
    const app = EXPRESSES[0]?.[1]() as express.Express
    app.use(session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.text = 'x'.repeat(5000)
      return produce(res, req)
    })
    more(app)
    return app
  }
  const ask = (app: express.Express) => serving(app, (port) => fetchRaw(port, '/'))

  it('is answered by Express itself if the app has no error handler', async () => {
    const app = overflowing(() => {})
    app.set('env', 'test')
    const { status, body } = await ask(app)
    expect(status).toBe(500)
    expect(body).toContain('SessionError')
    expect(body).not.toContain('produced')
  })

  it('can be fixed by the error handler: the session that it leaves is sealed', async () => {
    const app = overflowing((inner) => {
      inner.use(((_error, req: Any, res, _next) => {
        delete req.session.text
        req.session.apology = true
        res.json('mended')
      }) satisfies express.ErrorRequestHandler)
    })
    const { body, setCookies } = await ask(app)
    expect(body).toBe('"mended"')
    expect(setCookies).toHaveLength(1)
  })

  describe('after one whose headers could not leave', () => {
    const refused = { 'X-Bad': 'a\nb' }
    const app = (answer: (req: Any, res: express.Response) => void) => {
      const inner = EXPRESSES[0]?.[1]() as express.Express
      inner.use(session({ keys: SECRET }))
      inner.get('/', (req: Any, res) => {
        req.session.step = 1
        res.setHeader('Set-Cookie', 'other=1')
        res.writeHead(200, refused)
      })
      inner.use(((error, req, res, next) => {
        if (error.code?.startsWith('ERR_SESSION')) return next(error)
        answer(req, res)
      }) satisfies express.ErrorRequestHandler)
      inner.use(
        ((error, _req, res, _next) => void res.status(500).send(error.code)) satisfies express.ErrorRequestHandler,
      )
      return inner
    }

    it('leaves nothing of either: what was committed first is taken back', async () => {
      const { body, setCookies } = await ask(
        app((req, res) => {
          req.session.text = 'x'.repeat(5000)
          res.send('first')
        }),
      )
      expect([body, setCookies]).toEqual(['ERR_SESSION_OVERFLOW', ['other=1']])
    })

    it('takes back what was committed first even if save() has reported the failure', async () => {
      const { body, setCookies } = await ask(
        app(async (req, res) => {
          req.session.text = 'x'.repeat(5000)
          await req.session.save().catch(() => {})
          res.status(503).send('sorry')
        }),
      )
      expect([body, setCookies]).toEqual(['sorry', ['other=1']])
    })
  })

  describe.each(EXPRESSES)('by code of the session that answers the request, on %s,', (_version, create) => {
    const answers: [string, (res: express.Response) => unknown][] = [
      ['end()', (res) => res.end()],
      ['write()', (res) => res.write('within')],
      ['json()', (res) => res.json('within')],
      ['writeHead()', (res) => res.writeHead(200)],
      ['flushHeaders()', (res) => res.flushHeaders()],
    ]
    const outers: [string, (res: express.Response) => unknown][] = [
      ['json()', (res) => res.json('produced')],
      ['write() and end()', (res) => (res.write('produced'), res.end())],
      ['writeHead() and end()', (res) => (res.writeHead(200), res.end('produced'))],
    ]
    const kinds: [string, (act: () => unknown) => object][] = [
      ['a toJSON', (act) => ({ toJSON: () => (act(), 'text') })],
      ['a getter', (act) => Object.defineProperty({}, 'text', { enumerable: true, get: () => (act(), 'text') })],
    ]

    it.each(
      kinds.flatMap(([kind, holding]) =>
        answers.flatMap(([within, act]) =>
          outers.map(([outer, produce]) => [kind, within, outer, holding, act, produce] as const),
        ),
      ),
    )(
      'is an error to the app and no recursion: %s that calls %s, below %s',
      async (_k, _w, _o, holding, act, produce) => {
        const app = create()
        app.use(session({ keys: SECRET }))
        app.get('/', (req: Any, res) => {
          req.session.item = holding(() => act(res))
          produce(res)
        })
        app.use(
          ((error, _req, res, _next) => void res.status(500).send(error.code)) satisfies express.ErrorRequestHandler,
        )
        const { status, body, setCookies } = await ask(app)
        expect([status, body, setCookies]).toEqual([500, 'ERR_SESSION_UNSERIALIZABLE', []])
      },
    )
  })

  describe('on an error page of the app', () => {
    const app = (save: 'in vain' | 'before it grew' | 'not at all') =>
      overflowing(
        (inner) =>
          inner.use(((error, _req, res, _next) => void res.send(error.code)) satisfies express.ErrorRequestHandler),
        async (res, req: Any) => {
          const { text } = req.session
          if (save === 'before it grew') {
            req.session.text = ''
            await req.session.save()
            req.session.text = text
          }
          if (save === 'in vain') await req.session.save().catch(() => {})
          res.status(404).send('not found')
        },
      )

    it('is reported, unless save() has reported it: then the page is the answer to that', async () => {
      expect((await ask(app('not at all'))).body).toBe('ERR_SESSION_OVERFLOW')
      expect((await ask(app('before it grew'))).body).toBe('ERR_SESSION_OVERFLOW')
      const told = await ask(app('in vain'))
      expect([told.status, told.body, told.setCookies]).toEqual([404, 'not found', []])
    })
  })

  it('is reported for data that are not an object, however often the headers try to leave', async () => {
    const app = overflowing(
      (inner) =>
        inner.use(((error, _req, res, _next) => void res.send(error.code)) satisfies express.ErrorRequestHandler),
      (res, req: Any) => {
        delete req.session
        req.session = 'Ada'
        res.json(1)
      },
    )
    const { status, body, setCookies } = await ask(app)
    expect([status, body, setCookies]).toEqual([500, 'ERR_SESSION_OPTIONS', []])
  })

  it('has status 500 unless the error handler says otherwise', async () => {
    const app = overflowing(
      (inner) => inner.use(((_error, _req, res, _next) => void res.end('sorry')) satisfies express.ErrorRequestHandler),
      (res) => res.status(304).set('ETag', '"x"').end(),
    )
    const response = await ask(app)
    expect([response.status, response.body]).toEqual([500, 'sorry'])
    expect(response.headers).not.toHaveProperty('etag')
  })

  it('keeps the headers that do not describe a body', async () => {
    const app = overflowing(
      (inner) => inner.use(((_error, _req, res, _next) => void res.end('sorry')) satisfies express.ErrorRequestHandler),
      (res) => res.set({ 'Content-Security-Policy': "default-src 'none'", 'Content-Language': 'en' }).json(1),
    )
    const { headers } = await ask(app)
    expect(headers['content-security-policy']).toBe("default-src 'none'")
    expect(headers).not.toHaveProperty('content-language')
  })

  it.each([
    'accept-ranges',
    'cache-control',
    'cdn-cache-control',
    'cloudflare-cdn-cache-control',
    'content-digest',
    'content-disposition',
    'content-encoding',
    'content-language',
    'content-location',
    'content-md5',
    'content-range',
    'content-type',
    'etag',
    'expires',
    'last-modified',
    'location',
    'repr-digest',
    'surrogate-control',
    'trailer',
    'transfer-encoding',
    'x-accel-expires',
    'x-accel-redirect',
    'x-sendfile',
  ])('removes a header that describes the body that was not sent: %s', async (name) => {
    let kept: unknown = 'not asked'
    const app = overflowing(
      (inner) =>
        inner.use(((_error, _req, res, _next) => {
          kept = res.getHeader(name)
          res.end('sorry')
        }) satisfies express.ErrorRequestHandler),
      (res) => {
        res.setHeader(name, 'of the body')
        res.end('produced')
      },
    )
    const { status } = await ask(app)
    expect([status, kept]).toEqual([500, undefined])
  })

  it('drops the trailers of the body that was not sent, those that come later, too', async () => {
    const app = overflowing(
      (inner) =>
        inner.use((async (_error, _req, res, _next) => {
          await new Promise(setImmediate)
          res.write('sorry')
          res.end('.')
        }) satisfies express.ErrorRequestHandler),
      (res) => {
        res.addTrailers({ 'X-Sum': '1' })
        res.write('produced')
        res.addTrailers({ 'X-Sum': '2' })
        res.end()
      },
    )
    await serving(app, async (port) => {
      const socket = createConnection(port, '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      const answer = await text(socket)
      expect(answer).toContain('sorry')
      expect(answer).not.toContain('X-Sum')
    })
  })

  it('removes the status message, and adds none if none was set', async () => {
    const seen: unknown[] = []
    for (const message of ['All is well', undefined]) {
      const app = overflowing(
        (inner) =>
          inner.use(((_error, _req, res, _next) => {
            seen.push(res.statusMessage)
            res.end('sorry')
          }) satisfies express.ErrorRequestHandler),
        (res) => {
          if (message !== undefined) res.statusMessage = message
          res.end('produced')
        },
      )
      await ask(app)
    }
    expect(seen).toEqual(['', undefined])
  })

  it('tells the producer that its writes succeeded, so that it comes to its end', async () => {
    const told: unknown[] = []
    const app = overflowing(
      (inner) =>
        inner.use(((_error, _req, res, _next) => {
          setTimeout(() => res.end('sorry'), 20)
        }) satisfies express.ErrorRequestHandler),
      (res) => {
        told.push(res.write('one', () => told.push('written')))
        told.push(res.end('two', () => told.push('finished')) === res)
        told.push(res.writeHead(200) === res)
        res.flushHeaders()
      },
    )
    expect((await ask(app)).body).toBe('sorry')
    expect(told).toEqual([true, true, true, 'written', 'finished'])
  })

  it('goes to the onError of an app on bare http, and its callback is called once', async () => {
    const next = vi.fn()
    const sessions = session({
      keys: SECRET,
      onError: (error, _req, res) => res.end((error as Any).code),
    })
    const response = await serving(
      (req, res) => {
        sessions(req, res, (error) => {
          next(error)
          ;(req as Any).session.text = 'x'.repeat(5000)
          res.end('produced')
        })
      },
      (port) => fetchRaw(port, '/'),
    )
    expect([response.status, response.body]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
    expect(next.mock.calls).toEqual([[undefined]])
  })

  it('is a plain 500 if onError fails, without the headers that describe its body', async () => {
    const sessions = session({
      keys: SECRET,
      onError(_error, _req, res: Any) {
        res.statusCode = 302
        res.setHeader('Content-Length', 3)
        res.setHeader('Content-Encoding', 'gzip')
        res.setHeader('Location', '/half-way')
        throw new Error('no template')
      },
    })
    const listener = (req: Any, res: Any) =>
      sessions(req, res, () => {
        req.session.text = 'x'.repeat(5000)
        res.end('produced')
      })
    const { status, body, headers } = await serving(listener, (port) => fetchRaw(port, '/'))
    expect([status, body]).toEqual([500, 'Internal Server Error\n'])
    expect(headers).not.toHaveProperty('content-encoding')
    expect(headers).not.toHaveProperty('location')
  })

  it('ends the connection if onError fails after it has begun to answer', async () => {
    await expect(serving(answeringHalf(), (port) => fetchRaw(port, '/'))).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('resets the stream if onError fails after it has begun to answer over HTTP/2', async () => {
    await overHttp2(answeringHalf(), async (stream) => {
      stream.resume()
      stream.on('error', () => {})
      await once(stream, 'close').catch(() => {})
      expect(stream.rstCode).toBe(2)
    })
  })

  it.each<[string, (res: Any) => void, object]>([
    ['onError sets none', () => {}, {}],
    ['those of onError stay', (res) => res.addTrailers({ 'X-Own': 'kept' }), { 'x-own': 'kept' }],
    ['those of setTrailer in onError stay', (res) => res.setTrailer(' X-Own ', 'kept'), { 'x-own': 'kept' }],
  ])('drops the trailers of the body that was not sent over HTTP/2: %s', async (_what, answer, expected) => {
    const sessions = session({
      keys: SECRET,
      async onError(_error, _req, res: Any) {
        await new Promise(setImmediate)
        answer(res)
        res.end('sorry')
      },
    })
    const listener = (req: Any, res: Any) =>
      sessions(req, res, () => {
        req.session.text = 'x'.repeat(5000)
        res.setTrailer('X-Sum', '1')
        res.write('produced')
        res.addTrailers({ 'X-Sum': '2' })
        res.end()
      })
    await overHttp2(listener, async (stream) => {
      let trailers = {}
      stream.on('trailers', (came) => {
        trailers = Object.fromEntries(Object.entries(came))
      })
      expect(await text(stream)).toBe('sorry')
      if (!stream.closed) await once(stream, 'close')
      expect(trailers).toEqual(expected)
    })
  })

  describe.each(EXPRESSES)('by code of the session that uses the session, on %s,', (_version, create) => {
    it.each<[string, (req: Any) => unknown]>([
      ['save()', (req) => req.session.save(() => {})],
      ['regenerate()', (req) => req.session.regenerate(() => {})],
      ['destroy()', (req) => req.session.destroy(() => {})],
      ['reload()', (req) => req.session.reload(() => {})],
      ['size', (req) => req.session.size],
      ['= null', (req) => (req.session = null)],
      ['= {}', (req) => (req.session = {})],
    ])('does not recurse: a toJSON that uses %s', async (_what, act) => {
      let calls = 0
      const app = create()
      app.use(session({ keys: SECRET }))
      app.get('/', (req: Any, res) => {
        req.session.item = { toJSON: () => (calls++, act(req), 'text') }
        res.send('produced')
      })
      app.use(
        ((error, _req, res, _next) => void res.status(500).send(error.code)) satisfies express.ErrorRequestHandler,
      )
      const { status, body } = await ask(app)
      expect(calls).toBeLessThan(50)
      expect(status === 200 ? body : [status, body]).toEqual(
        status === 200 ? 'produced' : [500, 'ERR_SESSION_UNSERIALIZABLE'],
      )
    })
  })

  describe('that save() has reported', () => {
    const saving = (handle: (error: unknown, res: express.Response, next: express.NextFunction) => void) => {
      const app = EXPRESSES[0]?.[1]() as express.Express
      app.use(session({ keys: SECRET }))
      app.get('/', (req: Any, res, next) => {
        req.session.text = 'x'.repeat(5000)
        req.session.save((error: unknown) => handle(error, res, next))
      })
      app.use(((error, _req, res, _next) => {
        res.status(413).send(`handled ${error.code}`)
      }) satisfies express.ErrorRequestHandler)
      return app
    }

    it('is answered by the error handler that it was passed to', async () => {
      const { status, body, setCookies } = await ask(saving((error, _res, next) => next(error)))
      expect([status, body, setCookies]).toEqual([413, 'handled ERR_SESSION_OVERFLOW', []])
    })

    it('can be answered in place, with the status of an error', async () => {
      const viaSend = await ask(saving((_error, res) => void res.status(400).send('too much')))
      const viaWriteHead = await ask(saving((_error, res) => void res.writeHead(400).end('too much')))
      expect([viaSend.status, viaSend.body]).toEqual([400, 'too much'])
      expect([viaWriteHead.status, viaWriteHead.body]).toEqual([400, 'too much'])
    })

    it('still reaches the error handler when it is ignored', async () => {
      const { status, body } = await ask(saving((_error, res) => res.redirect('/saved')))
      expect([status, body]).toEqual([413, 'handled ERR_SESSION_OVERFLOW'])
    })
  })
})
