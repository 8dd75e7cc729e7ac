import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import express from 'express'
import { Server, type Socket } from 'socket.io'
import { type Socket as Client, io as connect } from 'socket.io-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import session, { type SessionError, type SessionHandler } from '../../lib/index.js'
import { at, DAY, startClock, stopClock } from '../support/clock.js'
import { fetchRaw, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'
import { endingLines } from '../support/set-cookie.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any
type Transport = 'polling' | 'websocket'
interface Data {
  user: string
  visits: number
  notes: string
}

const warnings = catchWarnings()
afterEach(startClock)

const sessions = session<Data>({ keys: SECRET })
const ADA = sessions.seal({ user: 'Ada' }).cookie

/** What a middleware of the engine does to the session of each handshake. */
const visits = (req: Any) => (req.session.visits = (req.session.visits ?? 0) + 1)
const overflows = (req: Any) => (req.session.notes = 'x'.repeat(5000))

/** Serves socket.io with sessions, and an Express app with the same, while `use` runs. */
async function chatting<Result>(
  use: (port: number, io: Server) => Promise<Result>,
  act: (req: Any) => void = () => {},
  handler: Parameters<Server['engine']['use']>[0] = sessions,
  options: object = {},
): Promise<Result> {
  const app = express().use(sessions)
  app.get('/login', (req: Any, res) => res.json((req.session.user = 'Ada')))
  return serving(app, async (port, server) => {
    const io = new Server(server, options)
    io.engine.use(handler)
    io.engine.use((req: Any, _res: unknown, next: () => void) => {
      if (req._query.sid === undefined) act(req)
      next()
    })
    try {
      return await use(port, io)
    } finally {
      void io.close()
    }
  })
}

/** A socket.io client that has connected, or the error for which it could not. */
async function connected(port: number, transports: Transport[], cookie = ''): Promise<Client> {
  const client = connect(`http://127.0.0.1:${port}`, {
    transports,
    extraHeaders: { Cookie: cookie },
    reconnection: false,
    forceNew: true,
    timeout: 1500,
  })
  await new Promise((resolve, reject) => client.once('connect', () => resolve(null)).once('connect_error', reject))
  return client
}

/** Why a client cannot connect. */
function refusal(port: number, transport: Transport, cookie?: string): Promise<string> {
  return connected(port, [transport], cookie).then(
    () => 'it has connected',
    ({ message }: Error) => message,
  )
}

/** The server's side of a socket that has connected. */
async function joined(port: number, io: Server, transport: Transport, cookie?: string): Promise<Socket> {
  const connection = once(io, 'connection')
  const [[socket]] = await Promise.all([connection, connected(port, [transport], cookie)])
  return socket
}

const sessionOf = ({ request }: Socket) => (request as Any).session

/** The `Set-Cookie` lines of a handshake over a transport, as they come over the wire. */
const HANDSHAKES: Record<Transport, (port: number, cookie?: string) => Promise<readonly string[]>> = {
  async polling(port, cookie = '') {
    const { setCookies } = await fetchRaw(port, '/socket.io/?EIO=4&transport=polling', { Cookie: cookie })
    return setCookies
  },
  async websocket(port, cookie = '') {
    const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`
    const socket = new WebSocket(url, { headers: { Cookie: cookie } })
    const [response] = (await once(socket, 'upgrade')) as [IncomingMessage]
    socket.terminate()
    return response.headers['set-cookie'] ?? []
  },
}
const TRANSPORTS = Object.keys(HANDSHAKES) as Transport[]

function opened(lines: readonly string[], handler: SessionHandler<Data> = sessions) {
  const cookie = lines.map((line) => line.split(';')[0]).join('; ')
  return { ...handler.open({ headers: { cookie }, socket: {} } as Any).session }
}

describe.each(TRANSPORTS)('socket.io over %s', (transport) => {
  const handshake = HANDSHAKES[transport]

  it('has the session of the handshake as socket.request.session', async () => {
    await chatting(async (port, io) => {
      expect(sessionOf(await joined(port, io, transport, ADA)).user).toBe('Ada')
    })
  })

  it('knows who logged in over HTTP', async () => {
    await chatting(async (port, io) => {
      const { setCookies } = await fetchRaw(port, '/login')
      expect(sessionOf(await joined(port, io, transport, setCookies[0]?.split(';')[0])).user).toBe('Ada')
    })
  })

  it('has an empty session for a visitor, and for one whose cookie is rejected', async () => {
    await chatting(async (port, io) => {
      for (const cookie of [undefined, 'session=rubbish']) {
        expect({ ...sessionOf(await joined(port, io, transport, cookie)) }).toEqual({})
      }
    })
  })

  it('lets a namespace refuse those who are not logged in', async () => {
    await chatting(async (port, io) => {
      io.use((socket, next) => next(sessionOf(socket).user ? undefined : new Error('log in first')))
      await connected(port, [transport], ADA)
      expect(await refusal(port, transport)).toBe('log in first')
    })
  })

  it('brings a session that a middleware of the engine changed to the browser, with the handshake', async () => {
    await chatting(async (port) => {
      const lines = await handshake(port, ADA)
      expect(lines).toHaveLength(1)
      expect(opened(lines)).toEqual({ user: 'Ada', visits: 1 })
      expect(opened(await handshake(port, lines[0]?.split(';')[0]))).toEqual({ user: 'Ada', visits: 2 })
    }, visits)
  })

  it('sets no cookie when the session was only read', async () => {
    await chatting(
      async (port) => expect(await handshake(port, ADA)).toEqual([]),
      (req) => req.session.user,
    )
  })

  it('logs out who had a session that a middleware of the engine ended', async () => {
    await chatting(
      async (port) => {
        const lines = await handshake(port, ADA)
        // Into a WebSocket handshake the engine writes two cookies as one line with a comma between them, of which a
        // browser makes one cookie: an empty session, and no guard.
        const [removed, ...guards] = transport === 'polling' ? lines : (lines[0] ?? '').split(/,(?=session\.ended=)/)
        expect([removed, ...guards]).toEqual(endingLines())
        expect(lines).toHaveLength(transport === 'polling' ? 2 : 1)
        expect(opened(lines)).toEqual({})
      },
      (req) => (req.session = null),
    )
  })

  it.each(['save', 'regenerate', 'destroy'])(
    'rejects %s() after the handshake, when nothing can reach the browser any more',
    async (method) => {
      await chatting(async (port, io) => {
        const late = sessionOf(await joined(port, io, transport, ADA))
        await expect(late[method]()).rejects.toMatchObject({ code: 'ERR_SESSION_HEADERS_SENT' })
      })
    },
  )

  it('lets reload() succeed after the handshake, with what came, as socket.io has it before each event', async () => {
    await chatting(async (port, io) => {
      const { request } = await joined(port, io, transport, ADA)
      const live = sessionOf({ request } as Any)
      live.user = 'Eve'
      await live.reload()
      expect((request as Any).session.user).toBe('Ada')
      await new Promise<void>((resolve, reject) => {
        ;(request as Any).session.reload((error: unknown) => (error ? reject(error) : resolve()))
      })
    })
  })

  it('warns of a session that is assigned after the handshake', async () => {
    await chatting(async (port, io) => {
      const { request } = await joined(port, io, transport, ADA)
      ;(request as Any).session = null
      expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
    })
  })

  it('loses a plain change after the handshake, and a warning says so', async () => {
    await chatting(async (port, io) => {
      sessionOf(await joined(port, io, transport, ADA)).visits = 10
      expect({ ...sessionOf(await joined(port, io, transport, ADA)) }).toEqual({ user: 'Ada' })
      expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
      expect(warnings.messages()[0]).toMatch(/^session\.visits was changed after .* \(GET \/socket\.io\/\)/)
    })
  })

  it('can be asked at any time what the handshake brought, with open(socket.request)', async () => {
    await chatting(async (port, io) => {
      const socket = await joined(port, io, transport, ADA)
      sessionOf(socket).user = 'Eve'
      expect(sessions.open(socket.request).session?.user).toBe('Ada')
    })
  })

  it('refuses a handshake whose session overflows, before anybody has connected', async () => {
    await chatting(async (port, io) => {
      const joinedAnyway = vi.fn()
      io.on('connection', joinedAnyway)
      expect(await refusal(port, transport, ADA)).toBe(`${transport === 'polling' ? 'xhr poll' : 'websocket'} error`)
      expect(joinedAnyway).not.toHaveBeenCalled()
    }, overflows)
  })

  it('lets onError answer a handshake whose session overflows', async () => {
    const errors: SessionError[] = []
    const answering = session<Data>({
      keys: SECRET,
      onError(error, _req, res) {
        errors.push(error as SessionError)
        res.writeHead(500)
        res.end()
      },
    })
    await chatting(
      async (port) => {
        expect(await refusal(port, transport, ADA)).toBe(`${transport === 'polling' ? 'xhr poll' : 'websocket'} error`)
        expect(errors.map(({ code }) => code)).toEqual(['ERR_SESSION_OVERFLOW'])
      },
      overflows,
      answering,
    )
  })

  it('reads the session that was set over HTTPS, where a proxy that ends TLS passes the handshake on', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const inProduction = session<Data>({ keys: SECRET })
    await chatting(
      async (port, io) => {
        const { cookie } = inProduction.seal({ user: 'Ada' }, { secure: true })
        expect(cookie).toMatch(/^__Host-Http-session=/)
        expect(sessionOf(await joined(port, io, transport, cookie)).user).toBe('Ada')
      },
      () => {},
      inProduction,
    )
  })

  it('reads and changes it behind such a proxy with cookie.secure: true', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const secure = session<Data>({ keys: SECRET, cookie: { secure: true } })
    await chatting(
      async (port) => {
        const lines = await handshake(port, secure.seal({ user: 'Ada' }).cookie)
        expect(lines).toEqual([expect.stringMatching(/^__Host-Http-session=.*; Secure;/)])
        expect(opened(lines, secure)).toEqual({ user: 'Ada', visits: 1 })
      },
      visits,
      secure,
    )
  })
})

describe('socket.io', () => {
  it('keeps the session of the first handshake when polling is upgraded to a WebSocket', async () => {
    await chatting(async (port, io) => {
      const connection = once(io, 'connection') as Promise<[Socket]>
      const client = await connected(port, ['polling', 'websocket'], ADA)
      const [socket] = await connection
      if (client.io.engine.transport.name !== 'websocket') await once(client.io.engine as Any, 'upgrade')
      expect(sessionOf(socket).user).toBe('Ada')
    })
  })

  it('sets its own cookie for sticky sessions beside ours', async () => {
    const options = { cookie: { name: 'sticky' } }
    await chatting(
      async (port) => {
        const lines = await HANDSHAKES.polling(port)
        expect(lines.map((line) => line.split('=')[0])).toEqual(['sticky', 'session'])
      },
      visits,
      sessions,
      options,
    )
  })
})

describe('ws', () => {
  /** A server that lets in who is logged in, and tells the others why not. */
  async function guarded<Result>(use: (port: number, sockets: WebSocketServer) => Promise<Result>): Promise<Result> {
    const sockets = new WebSocketServer({ noServer: true })
    return serving(express(), async (port, server) => {
      server.on('upgrade', (req, socket, head) => {
        const { session: found, rejected } = sessions.open(req)
        if (found?.user) sockets.handleUpgrade(req, socket, head, (ws) => sockets.emit('connection', ws, req, found))
        else socket.end(`HTTP/1.1 401 Unauthorized\r\nX-Why: ${rejected}\r\n\r\n`)
      })
      return use(port, sockets)
    })
  }
  const knock = (port: number, cookie?: string) =>
    new WebSocket(`ws://127.0.0.1:${port}/`, cookie === undefined ? {} : { headers: { Cookie: cookie } })

  it('knows by open(req) who asks for an upgrade', async () => {
    await guarded(async (port, sockets) => {
      sockets.on('connection', (socket: WebSocket, _req: IncomingMessage, { user }: Any) =>
        socket.send(`hello ${user}`),
      )
      const socket = knock(port, ADA)
      expect(String((await once(socket, 'message'))[0])).toBe('hello Ada')
      socket.terminate()
    })
  })

  it('is given a session that cannot be changed, as nothing would bring the change to the browser', async () => {
    await guarded(async (port, sockets) => {
      const connection = once(sockets, 'connection')
      const socket = knock(port, ADA)
      const [[, , found]] = await Promise.all([connection, once(socket, 'open')])
      expect(() => (found.user = 'Eve')).toThrow(TypeError)
      expect(found.user).toBe('Ada')
      socket.terminate()
    })
  })

  it.each([
    ['nobody', undefined, 'null'],
    ['a cookie that is no token', 'session=rubbish', 'malformed'],
    ['a token that was tampered with', `${ADA.slice(0, -4)}AAAA`, 'tampered'],
  ])('turns away %s, and can say why', async (_whom, cookie, why) => {
    await guarded(async (port) => {
      const socket = knock(port, cookie)
      socket.on('error', () => {})
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
      expect(response.statusCode).toBe(401)
      expect(response.headers['x-why']).toBe(why)
    })
  })

  it('turns away a session that has expired since', async () => {
    stopClock()
    const { cookie } = sessions.seal({ user: 'Ada' })
    at(DAY)
    await guarded(async (port) => {
      const socket = knock(port, cookie)
      socket.on('error', () => {})
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
      expect(response.headers['x-why']).toBe('idle')
    })
  })
})
