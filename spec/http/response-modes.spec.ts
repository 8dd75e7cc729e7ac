import { createReadStream, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { fetchRaw, type RawResponse, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any
type Producer = (res: express.Response, req: express.Request) => unknown

const FILE = fileURLToPath(new URL('../../LICENSE', import.meta.url))
const TEXT = readFileSync(FILE, 'utf8')

/** Every way of answering, as an app would write it. */
const MODES: Record<string, Producer> = {
  'res.json': (res) => res.json({ a: 1 }),
  'res.send text': (res) => res.send('text'),
  'res.send a Buffer': (res) => res.send(Buffer.from('bytes')),
  'res.sendStatus': (res) => res.sendStatus(201),
  'res.redirect': (res) => res.redirect('/elsewhere'),
  '204 without a body': (res) => res.status(204).end(),
  'end()': (res) => res.end(),
  'end(text)': (res) => res.end('text'),
  'end(Buffer)': (res) => res.end(Buffer.from('bytes')),
  'end(text, encoding, callback)': (res) => res.end('74657874', 'hex', () => {}),
  'end(callback)': (res) => res.end(() => {}),
  'write and end': (res) => {
    res.write('one ')
    res.end('two')
  },
  'write with a callback, then end': (res) => res.write('one ', () => res.end('two')),
  'write and end later': (res) => {
    res.write('one ')
    setImmediate(() => res.end('two'))
  },
  'write with a length': (res) => {
    res.setHeader('Content-Length', '7')
    res.write('one ')
    res.end('two')
  },
  'writeHead with a code': (res) => res.writeHead(202).end('text'),
  'writeHead with an object': (res) => res.writeHead(202, { 'X-Own': 'a', 'Content-Type': 'text/plain' }).end('text'),
  'writeHead with a message': (res) => res.writeHead(202, 'Fine', { 'X-Own': 'a' }).end('text'),
  'writeHead with an undefined message': (res) => res.writeHead(202, undefined, { 'X-Own': 'a' }).end('text'),
  'writeHead with a raw array': (res) => res.writeHead(202, ['X-Own', 'a', 'X-More', 'b'] as Any).end('text'),
  'writeHead with a cookie of its own': (res) => res.writeHead(202, { 'Set-Cookie': 'own=1' }).end('text'),
  'writeHead with cookies of its own': (res) => res.writeHead(202, { 'set-cookie': ['own=1', 'two=2'] }).end('text'),
  'writeHead with a cookie in a raw array': (res) => res.writeHead(202, ['Set-Cookie', 'own=1'] as Any).end('text'),
  'a cookie of its own by res.cookie': (res) => res.cookie('own', '1').cookie('two', '2').json(null),
  flushHeaders: (res) => {
    res.flushHeaders()
    setImmediate(() => res.end('text'))
  },
  'server-sent events': (res) => {
    res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }).flushHeaders()
    res.write('data: 1\n\n')
    setImmediate(() => res.end('data: 2\n\n'))
  },
  'a pipe': (res) => createReadStream(FILE).pipe(res),
  'a pipeline': (res) => pipeline(Readable.from(['one ', 'two']), res).catch(() => {}),
  'a pipe of a megabyte': (res) => Readable.from(Array(16).fill(Buffer.alloc(65_536, 97))).pipe(res),
  'res.sendFile': (res) => res.sendFile(FILE),
  'res.sendFile of a part': (res, req) => {
    req.headers.range = 'bytes=0-9'
    res.sendFile(FILE)
  },
  'res.download': (res) => res.download(FILE, 'licence.txt'),
}

const FAILING_MESSAGE = 'handled: '

/** The same app with our sessions or without; `change` is what each route does to its session before it answers. */
function appOf(
  create: typeof express,
  sessions: boolean,
  change: (req: Any) => void,
  handle: express.ErrorRequestHandler,
) {
  const app = create()
  if (sessions) app.use(session({ keys: SECRET, cacheControl: false, warnAt: Number.POSITIVE_INFINITY }))
  Object.entries(MODES).forEach(([, produce], index) => {
    app.get(`/${index}`, (req, res) => {
      if (sessions) change(req)
      produce(res, req)
    })
  })
  app.use(handle)
  return app
}

const answers: express.ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(503).json({ handled: error.code })
}
const answersLater: express.ErrorRequestHandler = async (error, _req, res, _next) => {
  await new Promise((resolve) => setTimeout(resolve, 5))
  res.status(503)
  res.write(FAILING_MESSAGE)
  await new Promise(setImmediate)
  res.end(error.code)
}

/** What must not differ from the same app without us. */
function seen({ status, headers, body, setCookies }: RawResponse) {
  const { date, 'set-cookie': _cookies, ...rest } = headers
  return { status, headers: rest, body, others: setCookies.filter((line) => !line.startsWith('session=')) }
}

describe.each(EXPRESSES)('on %s', (_name, create) => {
  const failures: unknown[] = []
  const note = (error: unknown) => failures.push(error)
  beforeAll(() => void process.on('uncaughtException', note).on('unhandledRejection', note))
  afterAll(() => void process.off('uncaughtException', note).off('unhandledRejection', note))

  const store = (req: Any) => (req.session.user = 'Ada')
  const overflow = (req: Any) => (req.session.user = 'x'.repeat(5000))
  const spoil = (req: Any) => (req.session.user = 1n)
  const modes = Object.keys(MODES).map((mode, index) => [mode, `/${index}`] as const)

  it.each(modes)('%s carries the session once, and is the same response as without it', async (_mode, path) => {
    const plain = await serving(appOf(create, false, store, answers), (port) => fetchRaw(port, path))
    const ours = await serving(appOf(create, true, store, answers), (port) => fetchRaw(port, path))
    expect(ours.setCookies.filter((line) => line.startsWith('session='))).toHaveLength(1)
    expect(seen(ours)).toEqual(seen(plain))
  })

  it.each(modes)('%s with an overflow ends in the error handler, and nothing of it is sent', async (_mode, path) => {
    const response = await serving(appOf(create, true, overflow, answers), (port) => fetchRaw(port, path))
    expect(response.status).toBe(503)
    expect(JSON.parse(response.body)).toEqual({ handled: 'ERR_SESSION_OVERFLOW' })
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.headers['content-length']).toBe(String(response.body.length))
    expect(response.headers).not.toHaveProperty('location')
    expect(response.headers).not.toHaveProperty('content-range')
    expect(response.setCookies.filter((line) => line.startsWith('session='))).toEqual([])
  })

  it.each(modes)(
    '%s with data that JSON cannot hold ends in an error handler that answers later',
    async (_mode, path) => {
      const response = await serving(appOf(create, true, spoil, answersLater), (port) => fetchRaw(port, path))
      expect(response.status).toBe(503)
      expect(response.body).toBe(`${FAILING_MESSAGE}ERR_SESSION_UNSERIALIZABLE`)
      expect(response.headers).not.toHaveProperty('content-length')
    },
  )

  it('never fails where nobody catches it', async () => {
    await new Promise(setImmediate)
    expect(failures).toEqual([])
  })
})

describe('a failed commit', () => {
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

  it('is answered by Express itself where the app has no error handler', async () => {
    const app = overflowing(() => {})
    app.set('env', 'test')
    const { status, body } = await ask(app)
    expect(status).toBe(500)
    expect(body).toContain('SessionError')
    expect(body).not.toContain('produced')
  })

  it('can be mended by the error handler, whose change is then sealed', async () => {
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

  it('has status 500 unless the error handler says otherwise', async () => {
    const app = overflowing(
      (inner) => inner.use(((_error, _req, res, _next) => void res.end('sorry')) satisfies express.ErrorRequestHandler),
      (res) => res.status(304).set('ETag', '"x"').end(),
    )
    const response = await ask(app)
    expect([response.status, response.body]).toEqual([500, 'sorry'])
    expect(response.headers).not.toHaveProperty('etag')
  })

  it('keeps the headers that describe no body', async () => {
    const app = overflowing(
      (inner) => inner.use(((_error, _req, res, _next) => void res.end('sorry')) satisfies express.ErrorRequestHandler),
      (res) => res.set({ 'Content-Security-Policy': "default-src 'none'", 'Content-Language': 'en' }).json(1),
    )
    const { headers } = await ask(app)
    expect(headers['content-security-policy']).toBe("default-src 'none'")
    expect(headers).not.toHaveProperty('content-language')
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

  it('goes to the callback of an app on bare http', async () => {
    const sessions = session({ keys: SECRET })
    const response = await serving(
      (req, res) => {
        sessions(req, res, (error) => {
          if (error) {
            res.end((error as Any).code)
            return
          }
          ;(req as Any).session.text = 'x'.repeat(5000)
          res.end('produced')
        })
      },
      (port) => fetchRaw(port, '/'),
    )
    expect([response.status, response.body]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
  })
})

describe('beside others who patch the response', () => {
  const app5 = () => EXPRESSES[0]?.[1]() as express.Express

  it('a session that is changed as the headers leave, by a hook that came after ours, is sealed', async () => {
    const app = app5()
    app.use(session({ keys: SECRET }))
    app.use((req: Any, res, next) => {
      const { writeHead } = res
      res.writeHead = function hooked(this: Any, ...args: Any[]) {
        req.session.seen = true
        return (writeHead as Any).apply(this, args)
      }
      next()
    })
    app.get('/', (_req, res) => void res.json(null))
    app.get('/look', (req: Any, res) => void res.json(req.session.seen ?? false))
    await serving(app, async (port) => {
      const first = await fetchRaw(port, '/')
      const cookie = first.setCookies[0]?.split(';')[0] as string
      expect((await fetchRaw(port, '/look', { Cookie: cookie })).body).toBe('true')
    })
  })

  it('one that is made too large as the headers leave keeps what was committed before', async () => {
    const app = app5()
    app.use(session({ keys: SECRET }))
    app.use((req: Any, res, next) => {
      const { writeHead } = res
      res.writeHead = function hooked(this: Any, ...args: Any[]) {
        req.session.text = 'x'.repeat(5000)
        return (writeHead as Any).apply(this, args)
      }
      next()
    })
    app.get('/', (req: Any, res) => {
      req.session.user = 'Ada'
      res.json(null)
    })
    const response = await serving(app, (port) => fetchRaw(port, '/'))
    expect(response.status).toBe(200)
    expect(response.setCookies).toHaveLength(1)
  })

  it('an error handler answers also where an outer end believes that the response has ended', async () => {
    const app = app5()
    app.use(session({ keys: SECRET }))
    app.use((_req, res, next) => {
      const { end } = res
      let ended = false
      res.end = function once(this: Any, ...args: Any[]) {
        if (ended) return this
        ended = true
        return (end as Any).apply(this, args)
      }
      next()
    })
    app.get('/', (req: Any, res) => {
      req.session.text = 'x'.repeat(5000)
      res.json(null)
    })
    app.use(answers)
    expect((await serving(app, (port) => fetchRaw(port, '/'))).status).toBe(503)
  })

  it('what Node refuses in writeHead leaves the session to the error page', async () => {
    const app = app5()
    app.use(session({ keys: SECRET }))
    app.get('/', (req: Any, res) => {
      req.session.user = 'Ada'
      res.writeHead(200, { 'X-Bad': 'line\nfeed' })
    })
    app.use(((_error, _req, res, _next) => void res.status(500).end('refused')) satisfies express.ErrorRequestHandler)
    const response = await serving(app, (port) => fetchRaw(port, '/'))
    expect(response.body).toBe('refused')
    expect(response.setCookies).toHaveLength(1)
  })

  it('a response that has only what socket.io gives an upgrade is enough', () => {
    const sessions = session({ keys: SECRET })
    const headers = new Map<string, unknown>()
    const sent: unknown[] = []
    const res: Any = {
      getHeader: (name: string) => headers.get(name),
      setHeader: (name: string, value: unknown) => headers.set(name, value),
      removeHeader: (name: string) => headers.delete(name),
      writeHead: () => sent.push('head'),
      write: () => {},
      end: () => {},
    }
    const req: Any = { headers: {}, socket: {} }
    sessions(req, res, () => {
      req.session.user = 'Ada'
    })
    res.writeHead()
    expect(sent).toEqual(['head'])
    expect(headers.get('Set-Cookie')).toMatch(/^session=/)
  })
})

it('the file that is sent in these tests is there', () => expect(TEXT.length).toBeGreaterThan(500))
