import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import express from 'express'
import { createProxyMiddleware, type Options, responseInterceptor } from 'http-proxy-middleware'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import session from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { fetchRaw, type RawResponse, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any
type Create = typeof express

const sessions = session<{ user: string; token: string }>({ keys: SECRET })

/** A service behind the gateway, on bare http. */
const ROUTES: Record<string, (req: IncomingMessage, res: ServerResponse) => void> = {
  '/plain': (_req, res) => res.setHeader('ETag', '"1"').end('plain'),
  '/cookies': (_req, res) => res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; HttpOnly']).end('cookies'),
  '/cookie': (_req, res) => res.setHeader('Set-Cookie', 'a=1').end('cookie'),
  '/nothing': (_req, res) => res.writeHead(204).end(),
  '/redirect': (_req, res) => res.writeHead(302, { Location: '/elsewhere' }).end(),
  '/unchanged': (_req, res) => res.writeHead(304, { ETag: '"1"' }).end(),
  '/failing': (_req, res) => res.writeHead(500, { 'Content-Type': 'text/plain' }).end('failed'),
  '/megabyte': (_req, res) => res.end('x'.repeat(1_048_576)),
  '/echo': (req, res) => req.pipe(res),
  '/headers': (req, res) => res.end(JSON.stringify(req.headers)),
  '/login': (_req, res) => res.end('{"token":"a token of the service"}'),
  '/session': (_req, res) => res.setHeader('Set-Cookie', sessions.seal({ user: 'set by the service' }).setCookie).end(),
  '/user': (req, res) => res.end(sessions.open(req).session?.user),
}

function serve(req: IncomingMessage, res: ServerResponse): void {
  ROUTES[String(req.url)]?.(req, res)
}

/** A gateway with sessions: `act` sees each request before the service does. */
function gateway(
  create: Create,
  port: number,
  act: (req: Any) => void = () => {},
  options: Options<express.Request, express.Response> = {},
  middleware: express.RequestHandler = session({ keys: SECRET, cacheControl: false }),
): express.Express {
  const app = create()
  app.use(middleware)
  app.get('/look', (req: Any, res) => void res.json(req.session))
  app.use((req, _res, next) => (act(req), next()))
  app.use(createProxyMiddleware({ target: `http://127.0.0.1:${port}`, ...options }))
  app.use(((error, _req, res, _next) => {
    res.status(503).json({ code: error.code })
  }) satisfies express.ErrorRequestHandler)
  return app
}

const passes: express.RequestHandler = (_req, _res, next) => next()
const knows = (req: Any) => (req.session.user = 'Ada')
const overflows = (req: Any) => (req.session.notes = 'x'.repeat(5000))

const isOurs = (line: string) => line.startsWith('session=')
function seen({ status, headers, body, setCookies: lines }: RawResponse) {
  const { date, 'set-cookie': _lines, ...rest } = headers
  return { status, headers: rest, body, others: lines.filter((line) => !isOurs(line)) }
}

describe.each(EXPRESSES)('http-proxy-middleware on %s', (_name, create) => {
  const paths = ['/plain', '/cookie', '/cookies', '/nothing', '/redirect', '/unchanged', '/failing', '/megabyte']

  it.each(paths)('answers %s as without us, with our cookie once', async (path) => {
    await serving(serve, async (upstream) => {
      const plain = await serving(
        gateway(create, upstream, () => {}, {}, passes),
        (port) => fetchRaw(port, path),
      )
      const ours = await serving(gateway(create, upstream, knows), (port) => fetchRaw(port, path))
      expect(ours.setCookies.filter(isOurs)).toHaveLength(1)
      expect(seen(ours)).toEqual(seen(plain))
    })
  })

  it('sets no cookie of ours where the session was not changed', async () => {
    await serving(serve, async (upstream) => {
      const browser = new Browser(gateway(create, upstream, (req) => req.session.user))
      expect(setCookies(await browser.get('/cookies'))).toEqual(['a=1; Path=/', 'b=2; HttpOnly'])
    })
  })

  it.each(paths)(
    'gives %s to the error handler when the session overflows, and sends nothing of its body',
    async (path) => {
      await serving(serve, async (upstream) => {
        const response = await serving(gateway(create, upstream, overflows), (port) => fetchRaw(port, path))
        expect(response.status).toBe(503)
        expect(JSON.parse(response.body)).toEqual({ code: 'ERR_SESSION_OVERFLOW' })
        expect(response.headers['content-length']).toBe(String(response.body.length))
        expect(response.headers).not.toHaveProperty('location')
        expect(response.headers['etag']).not.toBe('"1"')
        expect(response.setCookies.filter(isOurs)).toEqual([])
      })
    },
  )

  it('lets go of a service that streams without end, when the session overflows', { timeout: 2000 }, async () => {
    let closed: Promise<unknown> | undefined
    const endless = (_req: IncomingMessage, res: ServerResponse) => {
      closed = once(res, 'close')
      res.write('the first of many')
    }
    await serving(endless, async (upstream) => {
      await serving(gateway(create, upstream, overflows), async (port) => {
        expect((await fetchRaw(port, '/')).status).toBe(503)
        await closed
      })
    })
  })

  it('streams: the first part and our cookie arrive while the service still writes', async () => {
    let finish: (() => void) | undefined
    const slow = (_req: IncomingMessage, res: ServerResponse) => {
      res.write('one ')
      finish = () => res.end('two')
    }
    await serving(slow, async (upstream) => {
      await serving(gateway(create, upstream, knows), async (port) => {
        const asked = request({ port, host: '127.0.0.1', agent: false }).end()
        const [response] = (await once(asked, 'response')) as [IncomingMessage]
        expect(response.headers['set-cookie']).toEqual([expect.stringMatching(/^session=/)])
        expect(String((await once(response, 'data'))[0])).toBe('one ')
        finish?.()
        expect(String((await once(response, 'data'))[0])).toBe('two')
      })
    })
  })

  it.each([
    ['small', 'a'],
    ['large', 'x'.repeat(1_048_576)],
  ])('passes a %s body of a POST through, although its session is changed', async (_size, text) => {
    await serving(serve, async (upstream) => {
      const browser = new Browser(gateway(create, upstream, knows))
      const response = await browser.post('/echo', { text })
      expect(JSON.parse(response.text).text).toBe(text)
      expect((await browser.get('/look')).body).toEqual({ user: 'Ada' })
    })
  })

  it('tells the service who is logged in, and keeps for the session what the service tells', async () => {
    const bff: Options<express.Request, express.Response> = {
      selfHandleResponse: true,
      on: {
        proxyReq: (proxied, req: Any) => {
          if (req.session.token) proxied.setHeader('Authorization', `Bearer ${req.session.token}`)
        },
        proxyRes: responseInterceptor(async (body, _proxied, req: Any) => {
          if (req.path === '/login') req.session.token = JSON.parse(String(body)).token
          return req.path === '/login' ? 'logged in' : body
        }) as Any,
      },
    }
    await serving(serve, async (upstream) => {
      const browser = new Browser(gateway(create, upstream, () => {}, bff))
      expect((await browser.get('/login')).text).toBe('logged in')
      const { authorization } = JSON.parse((await browser.get('/headers')).text)
      expect(authorization).toBe('Bearer a token of the service')
    })
  })

  it('hands the sealed session on to the service, which can read it with the same keys', async () => {
    await serving(serve, async (upstream) => {
      const browser = new Browser(gateway(create, upstream, knows))
      await browser.get('/plain')
      expect((await browser.get('/user')).text).toBe('Ada')
    })
  })

  it('prefers the session of the gateway, where it changed, to one of the same name from the service', async () => {
    await serving(serve, async (upstream) => {
      const changing = new Browser(gateway(create, upstream, knows))
      expect(setCookies(await changing.get('/session'))).toHaveLength(1)
      expect((await changing.get('/look')).body).toEqual({ user: 'Ada' })
      const passing = new Browser(gateway(create, upstream))
      await passing.get('/session')
      expect((await passing.get('/look')).body).toEqual({ user: 'set by the service' })
    })
  })

  it('answers 504 for a service that is not there, and keeps the session', async () => {
    const nowhere = await serving(serve, async (port) => port)
    const browser = new Browser(gateway(create, nowhere, knows))
    expect((await browser.get('/plain')).status).toBe(504)
    expect((await browser.get('/look')).body).toEqual({ user: 'Ada' })
  })

  it('gives the error handler an overflow for a service that is not there, too', async () => {
    const nowhere = await serving(serve, async (port) => port)
    const response = await new Browser(gateway(create, nowhere, overflows)).get('/plain')
    expect([response.status, response.body]).toEqual([503, { code: 'ERR_SESSION_OVERFLOW' }])
  })
})

describe('a WebSocket through http-proxy-middleware', () => {
  /** A service that greets whoever the session says it is, behind a gateway that lets in only who is logged in. */
  async function guarded<Result>(use: (port: number) => Promise<Result>): Promise<Result> {
    return serving(serve, async (upstream, service) => {
      const sockets = new WebSocketServer({ server: service })
      sockets.on('connection', (socket, req) => socket.send(`hello ${sessions.open(req).session?.user}`))
      const proxy = createProxyMiddleware({ target: `http://127.0.0.1:${upstream}` })
      const app = express().use(sessions, proxy)
      return serving(app, async (port, server) => {
        server.on('upgrade', (req, socket, head) => {
          if (sessions.open(req).session?.user) proxy.upgrade(req, socket as Any, head)
          else socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
        })
        return use(port)
      })
    })
  }

  it('is let in with the session that open() reads, and the service reads it too', async () => {
    await guarded(async (port) => {
      const { cookie } = sessions.seal({ user: 'Ada' })
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Cookie: cookie } })
      expect(String((await once(socket, 'message'))[0])).toBe('hello Ada')
      socket.terminate()
    })
  })

  it.each([
    ['without a session', undefined],
    ['with a cookie that is rejected', 'session=rubbish'],
  ])('is refused %s', async (_what, cookie) => {
    await guarded(async (port) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, cookie ? { headers: { Cookie: cookie } } : {})
      const [error] = (await once(socket, 'error')) as [Error]
      expect(error.message).toBe('Unexpected server response: 401')
    })
  })
})
