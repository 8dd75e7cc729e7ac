import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import type express from 'express'
import type { Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import session, { type SessionEvent, type SessionOptions } from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any

const sessionsOf = (options: SessionOptions = {}) => session({ keys: SECRET, ...options })
const cartOf = () => sessionsOf({ name: 'cart', property: 'cart' })

const count: express.RequestHandler = (req: Any, res) => {
  req.session.count = (req.session.count ?? 0) + 1
  res.json(req.session.count)
}
const has: express.RequestHandler = (req, res) => void res.json('session' in req)
const overflow: express.RequestHandler = (req: Any, res) => {
  req.session.notes = 'x'.repeat(5000)
  res.json('produced')
}
const fail: express.RequestHandler = () => {
  throw Object.assign(new Error('thrown'), { code: 'thrown' })
}

/** An error handler that answers with its own name and what it was given. */
const handler =
  (name: string): express.ErrorRequestHandler =>
  (error, _req, res, _next) =>
    void res.status(500).json([name, error.code])

const namesOf = (response: Response) => setCookies(response).map((line) => line.split('=')[0])

describe.each(EXPRESSES)('a sub-app on %s', (_name, create) => {
  it('shares the session of the app that it is mounted in', async () => {
    const shop = create().get('/count', count)
    const browser = new Browser(create().use(sessionsOf()).use('/shop', shop).get('/count', count))
    expect((await browser.get('/count')).body).toBe(1)
    expect((await browser.get('/shop/count')).body).toBe(2)
    expect((await browser.get('/count')).body).toBe(3)
  })

  it('may mount the same middleware again, which acts once', async () => {
    const events: SessionEvent[] = []
    const sessions = sessionsOf({ onEvent: (event) => events.push(event) })
    const shop = create().use(sessions).get('/count', count)
    const browser = new Browser(create().use(sessions).use('/shop', shop))
    expect(namesOf(await browser.get('/shop/count'))).toEqual(['session'])
    expect((await browser.get('/shop/count')).body).toBe(2)
    expect(events.map(({ type }) => type)).toEqual(['sealed', 'opened', 'sealed'])
  })

  it('can have sessions that the app around it has not', async () => {
    const shop = create().use(sessionsOf()).get('/count', count)
    const browser = new Browser(create().use('/shop', shop).get('/has', has))
    await browser.get('/shop/count')
    expect((await browser.get('/shop/count')).body).toBe(2)
    expect((await browser.get('/has')).body).toBe(false)
  })

  it('hands its session on with a request that it does not answer', async () => {
    const shop = create().use(sessionsOf())
    const browser = new Browser(create().use('/shop', shop).get('/shop/count', count))
    await browser.get('/shop/count')
    expect((await browser.get('/shop/count')).body).toBe(2)
  })

  it('can have a session of its own beside that of the app, by a name and a property', async () => {
    const shop = create().use(cartOf())
    shop.get('/add', (req: Any, res) => {
      req.session.visited = true
      req.cart.items = (req.cart.items ?? 0) + 1
      res.json([{ ...req.session }, { ...req.cart }])
    })
    const browser = new Browser(create().use(sessionsOf()).use('/shop', shop))
    expect(namesOf(await browser.get('/shop/add'))).toEqual(['session', 'cart'])
    expect((await browser.get('/shop/add')).body).toEqual([{ visited: true }, { items: 2 }])
  })

  it.each([
    ['property', { name: 'other' }],
    ['name', { property: 'other' }],
  ])('is told through next that a second middleware has the %s of the first', async (_what, options) => {
    const shop = create().use(sessionsOf(options)).get('/count', count).use(handler('of the shop'))
    const browser = new Browser(create().use(sessionsOf()).use('/shop', shop).get('/count', count))
    expect((await browser.get('/shop/count')).body).toEqual(['of the shop', 'ERR_SESSION_DUPLICATE'])
    expect((await browser.get('/count')).body).toBe(1)
  })
})

describe.each(EXPRESSES)('sessions for a part of an app on %s', (_name, create) => {
  it('are those of a path, and nothing of them is seen elsewhere', async () => {
    const browser = new Browser(
      create().use('/shop', sessionsOf()).get('/shop/count', count).get(['/has', '/shopping'], has),
    )
    await browser.get('/shop/count')
    expect((await browser.get('/shop/count')).body).toBe(2)
    expect((await browser.get('/has')).body).toBe(false)
    expect((await browser.get('/shopping')).body).toBe(false)
  })

  it('are those of a router', async () => {
    const router = (create as Any).Router().use(sessionsOf()).get('/count', count)
    const browser = new Browser(create().use('/shop', router).get('/has', has))
    await browser.get('/shop/count')
    expect((await browser.get('/shop/count')).body).toBe(2)
    expect((await browser.get('/has')).body).toBe(false)
  })

  it('are those of a route', async () => {
    const browser = new Browser(create().get('/count', sessionsOf(), count).get('/has', has))
    await browser.get('/count')
    expect((await browser.get('/count')).body).toBe(2)
    expect((await browser.get('/has')).body).toBe(false)
  })
})

describe.each(EXPRESSES)('a failed commit on %s', (_name, create) => {
  const routerOf = () => (create as Any).Router() as express.Router
  const answerOf = async (app: express.Express, path = '/shop/overflow') => {
    const response = await new Browser(app).get(path)
    expect(setCookies(response)).toEqual([])
    return response.body
  }

  it('goes to the error handlers of the router that answered, as an error thrown there does', async () => {
    const router = routerOf().get('/overflow', overflow).get('/fail', fail).use(handler('of the router'))
    const app = create().use(sessionsOf()).use('/shop', router).use(handler('of the app'))
    expect(await answerOf(app, '/shop/fail')).toEqual(['of the router', 'thrown'])
    expect(await answerOf(app)).toEqual(['of the router', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes on to the app where the router that answered has none', async () => {
    const app = create()
      .use(sessionsOf())
      .use('/shop', routerOf().get('/overflow', overflow))
      .use(handler('of the app'))
    expect(await answerOf(app)).toEqual(['of the app', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes to the error handlers of the router whose middleware it is', async () => {
    const router = routerOf().use(sessionsOf()).get('/overflow', overflow).use(handler('of the router'))
    const app = create().use('/shop', router).use(handler('of the app'))
    expect(await answerOf(app)).toEqual(['of the router', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes on to the app where that router has none', async () => {
    const router = routerOf().use(sessionsOf()).get('/overflow', overflow)
    const app = create().use('/shop', router).use(handler('of the app'))
    expect(await answerOf(app)).toEqual(['of the app', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes to the error handlers of the sub-app whose middleware it is', async () => {
    const shop = create().use(sessionsOf()).get('/overflow', overflow).use(handler('of the shop'))
    const app = create().use('/shop', shop).use(handler('of the app'))
    expect(await answerOf(app)).toEqual(['of the shop', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes to the sub-app that answered where the same middleware stands in the app, too', async () => {
    const sessions = sessionsOf()
    const shop = create().use(sessions).get('/overflow', overflow).use(handler('of the shop'))
    const app = create().use(sessions).use('/shop', shop).use(handler('of the app'))
    expect(await answerOf(app)).toEqual(['of the shop', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes to an error handler of the route that has the middleware', async () => {
    const app = create()
      .get('/overflow', sessionsOf(), overflow, handler('of the route') as Any)
      .use(handler('of the app'))
    expect(await answerOf(app, '/overflow')).toEqual(['of the route', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes to the error handlers behind the route, as every error does', async () => {
    const app = create().use(sessionsOf()).use(handler('before')).get('/overflow', overflow)
    app.get('/fail', fail)
    app.use(handler('behind'))
    expect(await answerOf(app, '/fail')).toEqual(['behind', 'thrown'])
    expect(await answerOf(app, '/overflow')).toEqual(['behind', 'ERR_SESSION_OVERFLOW'])
  })

  it('goes from one error handler to the next', async () => {
    const passing: express.ErrorRequestHandler = (error, _req, _res, next) => setImmediate(next, error)
    const app = create().use(sessionsOf()).get('/overflow', overflow).use(passing, handler('second'))
    expect(await answerOf(app, '/overflow')).toEqual(['second', 'ERR_SESSION_OVERFLOW'])
  })

  it('comes with the settings and views of the app to the error handler of that app, out of a sub-app too', async () => {
    class Page {
      readonly path = 'page'
      render(_options: object, callback: (error: null, html: string) => void): void {
        callback(null, 'a page of the app')
      }
    }
    const shop = create().get('/overflow', overflow).get('/fail', fail)
    const app = create().set('view', Page).use(sessionsOf()).use('/shop', shop)
    app.use(((error, req, res, _next) => {
      if (req.app === app && res.app === app) res.status(503).render('error', { error })
      else res.json('of another app')
    }) satisfies express.ErrorRequestHandler)
    const browser = new Browser(app)
    expect((await browser.get('/shop/fail')).text).toBe('a page of the app')
    expect((await browser.get('/shop/overflow')).text).toBe('a page of the app')
  })

  it('comes with the original URL of the request', async () => {
    const router = routerOf().use('/deep', routerOf().get('/overflow', overflow))
    const app = create().use(sessionsOf()).use('/shop', router)
    app.use(((_error, req, res, _next) => void res.json(req.originalUrl)) satisfies express.ErrorRequestHandler)
    expect(await answerOf(app, '/shop/deep/overflow?a=1')).toBe('/shop/deep/overflow?a=1')
  })
})

describe.each(EXPRESSES)('of two sessions on %s', (_name, create) => {
  const changes: express.RequestHandler = (req: Any, res) => {
    const { session: size = '1', cart = '1' } = req.query
    req.session.notes = 'x'.repeat(Number(size))
    req.cart.notes = 'x'.repeat(Number(cart))
    res.json('produced')
  }
  const look: express.RequestHandler = (req: Any, res) =>
    void res.json([req.session.notes?.length ?? 0, req.cart.notes?.length ?? 0])
  const appOf = (handle: express.ErrorRequestHandler = handler('of the app')) =>
    create().use(sessionsOf(), cartOf()).get('/change', changes).get('/look', look).use(handle)

  it('each has its cookie', async () => {
    const browser = new Browser(appOf())
    expect(namesOf(await browser.get('/change'))).toEqual(['session', 'cart'])
    expect((await browser.get('/look')).body).toEqual([1, 1])
  })

  it.each([
    ['first', '/change?session=5000&cart=2', 'cart', [1, 2]],
    ['second', '/change?session=2&cart=5000', 'session', [2, 1]],
  ])(
    'the %s may overflow: the error handler answers, and only the other is sent',
    async (_which, path, kept, lengths) => {
      const browser = new Browser(appOf())
      await browser.get('/change')
      const response = await browser.get(path)
      expect(response.body).toEqual(['of the app', 'ERR_SESSION_OVERFLOW'])
      expect(namesOf(response)).toEqual([kept])
      expect(response.headers).toMatchObject({ 'cache-control': 'no-store', vary: 'Cookie' })
      expect((await browser.get('/look')).body).toEqual(lengths)
    },
  )

  it.each([
    ['session', '/change?cart=2'],
    ['cart', '/change?session=2'],
  ])('a response that reads the %s and writes the other is kept by no cache', async (read, path) => {
    const one: express.RequestHandler = (req: Any, res) => {
      const { session: size, cart } = req.query
      if (size) req.session.notes = size
      if (cart) req.cart.notes = cart
      res.json(req[read].notes)
    }
    const app = create().use(sessionsOf(), cartOf()).get('/begin', changes).get('/change', one)
    const browser = new Browser(app)
    await browser.get('/begin')
    expect((await browser.get(path)).headers['cache-control']).toBe('no-store')
  })

  it('both may overflow: the error handler is asked once', async () => {
    const codes: string[] = []
    const browser = new Browser(appOf((error, _req, res, _next) => (codes.push(error.code), void res.json('sorry'))))
    const response = await browser.get('/change?session=5000&cart=5000')
    expect([response.body, codes]).toEqual(['sorry', ['ERR_SESSION_OVERFLOW']])
    expect(namesOf(response)).toEqual([])
  })

  it('the other can be put back by the error handler, and then nothing is sent', async () => {
    const putBack: express.ErrorRequestHandler = (_error, req: Any, res, _next) => {
      req.session.reload(() => res.json('nothing has happened'))
    }
    const browser = new Browser(appOf(putBack))
    await browser.get('/change')
    const response = await browser.get('/change?session=2&cart=5000')
    expect(response.body).toBe('nothing has happened')
    expect(namesOf(response)).toEqual([])
    expect((await browser.get('/look')).body).toEqual([1, 1])
  })

  it('each fails where the response is made, wherever it is mounted', async () => {
    const router = (create as Any).Router().use(cartOf()).get('/change', changes).use(handler('of the router'))
    const browser = new Browser(create().use(sessionsOf()).use('/shop', router).use(handler('of the app')))
    expect((await browser.get('/shop/change?session=5000')).body[0]).toBe('of the router')
    expect((await browser.get('/shop/change?cart=5000')).body[0]).toBe('of the router')
  })
})

describe.each(EXPRESSES)('on one connection that %s keeps alive', (_name, create) => {
  const USERS = ['Ada', 'Eve', '', 'Bob', 'Ada', '', 'Eve', 'Bob', 'Ada', '', '', 'Eve']
  const sessions = session<{ user: string; path: string }>({ keys: SECRET })
  const cookieOf = (user: string) => (user === '' ? '' : sessions.seal({ user }).cookie)
  const userOf = (line: string) => {
    const [cookie] = line.split(';')
    const { session: found } = sessions.open({ headers: { cookie }, socket: {} } as Any)
    return [found?.user, found?.path]
  }

  /** Answers who is asking, after a while, with requests in between; every third response overflows. */
  const appOf = () => {
    const app = create().use(sessions)
    app.get('/:index', async (req: Any, res) => {
      const user = req.session.user ?? ''
      const index = Number(req.params.index)
      for (let turns = index % 4; turns > 0; turns--) await new Promise(setImmediate)
      if (user !== '') req.session.path = req.path
      if (index % 3 === 2) req.session.notes = 'x'.repeat(5000)
      res.json(user)
    })
    app.use(((_error, req: Any, res, _next) => {
      res.json(`${req.session.user ?? ''}, too large`)
    }) satisfies express.ErrorRequestHandler)
    return app
  }
  const bodies = USERS.map((user, index) => JSON.stringify(index % 3 === 2 ? `${user}, too large` : user))
  const stored = USERS.map((user, index) => (user === '' || index % 3 === 2 ? [] : [[user, `/${index}`]]))

  it('everybody who asks in turn is answered with their own session, and is given only that', async () => {
    await serving(appOf(), async (port) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const ports = new Set<number | undefined>()
      const seen: [body: string, users: unknown[]][] = []
      for (const [index, user] of USERS.entries()) {
        const asked = get({ port, host: '127.0.0.1', path: `/${index}`, agent, headers: { Cookie: cookieOf(user) } })
        const [response] = (await once(asked, 'response')) as [IncomingMessage]
        ports.add(asked.socket?.localPort)
        seen.push([await text(response), (response.headers['set-cookie'] ?? []).map(userOf)])
      }
      agent.destroy()
      expect(ports.size).toBe(1)
      expect(seen.map(([body]) => body)).toEqual(bodies)
      expect(seen.map(([, users]) => users)).toEqual(stored)
    })
  })

  it('everybody is, too, when all ask at once', async () => {
    await serving(appOf(), async (port) => {
      const socket = createConnection(port, '127.0.0.1')
      const requests = USERS.map((user, index) => {
        const last = index === USERS.length - 1 ? 'Connection: close\r\n' : ''
        return `GET /${index} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookieOf(user)}\r\n${last}\r\n`
      })
      socket.write(requests.join(''))
      const responses = (await text(socket)).split(/HTTP\/1\.1 \d+ .*\r\n/).slice(1)
      expect(responses.map((response) => response.split('\r\n\r\n')[1])).toEqual(bodies)
      const lines = responses.map((response) =>
        [...response.matchAll(/^Set-Cookie: (.*)\r$/gm)].map(([, line]) => line),
      )
      expect(lines.map((ours) => ours.map((line) => userOf(String(line))))).toEqual(stored)
    })
  })
})
