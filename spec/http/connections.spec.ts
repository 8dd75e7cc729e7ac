import { connect } from 'node:net'
import { Readable } from 'node:stream'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import session from '../../lib/index.js'
import { serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const failures: unknown[] = []
const note = (error: unknown) => failures.push(error)
beforeAll(() => void process.on('uncaughtException', note).on('unhandledRejection', note))
afterAll(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note)
  expect(failures).toEqual([])
})

const sessions = session<{ user: string }>({ keys: SECRET })

function appWith(routes: (app: express.Express) => void, onError: (error: Any) => void = () => {}): express.Express {
  const app = express()
  app.use(sessions)
  routes(app)
  app.use(((error, _req, res, _next) => {
    onError(error)
    res.status(503).end(error.code)
  }) satisfies express.ErrorRequestHandler)
  return app
}

/** Sends bytes over one connection, and collects what comes back until the server closes it. */
function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1').on('data', (data) => (answer += data))
    socket.on('close', () => resolve(answer)).on('error', reject)
  })
}

describe('one connection', () => {
  it('that carries many requests at once gives each its own session', async () => {
    const app = appWith((inner) => {
      inner.get('/slow', async (req: Any, res) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        req.session.seen = true
        res.send(`slow ${req.session.user}`)
      })
      inner.get('/fast', (req: Any, res) => void res.send(`fast ${req.session.user}`))
    })
    const request = (path: string, user: string, more = '') =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${sessions.seal({ user }).cookie}\r\n${more}\r\n`
    const answer = await serving(app, (port) =>
      talk(port, request('/slow', 'Ada') + request('/fast', 'Eve') + request('/slow', 'Bob', 'Connection: close\r\n')),
    )
    expect(answer.match(/(?:slow|fast) (?:Ada|Eve|Bob)/g)).toEqual(['slow Ada', 'fast Eve', 'slow Bob'])
    expect(answer.match(/^Set-Cookie: session=/gim)).toHaveLength(2)
  })

  it('whose first response fails still serves the next', async () => {
    const app = appWith((inner) => {
      inner.get('/big', (req: Any, res) => {
        req.session.text = 'x'.repeat(5000)
        Readable.from(['one', 'two']).pipe(res)
      })
      inner.get('/fine', (_req, res) => void res.send('fine'))
    })
    const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
    const answer = await serving(app, (port) => talk(port, get('/big') + get('/fine', 'Connection: close\r\n')))
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 200'])
    expect(answer).toContain('ERR_SESSION_OVERFLOW')
    expect(answer.endsWith('fine')).toBe(true)
  })
})

describe('a client that goes away', () => {
  /** Asks, and breaks the connection when the handler has begun. */
  async function abandon(handle: (req: Any, res: express.Response) => void): Promise<unknown[]> {
    const errors: unknown[] = []
    const closed: boolean[] = []
    const app = appWith(
      (inner) => {
        inner.get('/', (req, res) => {
          res.on('close', () => closed.push(true))
          req.socket.destroy()
          handle(req, res)
        })
      },
      (error) => errors.push(error.code),
    )
    await serving(app, async (port) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
      socket.on('error', () => {})
      await vi.waitFor(() => expect(closed).toEqual([true]), { interval: 5 })
      await new Promise(setImmediate)
    })
    return errors
  }

  it('before the response costs nothing but the response', async () => {
    const errors = await abandon((req, res) => {
      req.session.user = 'Ada'
      res.send('nobody reads this')
    })
    expect(errors).toEqual([])
  })

  it('before a stream ends does not crash the process', async () => {
    const errors = await abandon((req, res) => {
      req.session.user = 'Ada'
      Readable.from(Array(100).fill(Buffer.alloc(65_536))).pipe(res)
    })
    expect(errors).toEqual([])
  })

  it('before a commit that fails is an error to the app all the same', async () => {
    const errors = await abandon((req, res) => {
      req.session.text = 'x'.repeat(5000)
      res.send('nobody reads this')
    })
    expect(errors).toEqual(['ERR_SESSION_OVERFLOW'])
  })
})
