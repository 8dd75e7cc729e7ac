import type express from 'express'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { fetchRaw, serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const answers: express.ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(503).json({ handled: error.code })
}

describe('beside other packages that patch the response,', () => {
  const app5 = () => EXPRESSES[0]?.[1]() as express.Express

  it('a session that a later hook changes as the headers leave is sealed', async () => {
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

  it('a session that grows too large as the headers leave is sent as it was committed before', async () => {
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

  it('an error handler answers even if an outer patch of end believes that the response has ended', async () => {
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

  it('an error of Node in writeHead leaves the session to the error page', async () => {
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

  it('a response that has only the methods that socket.io gives an upgrade is enough', () => {
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
