import cookieParser from 'cookie-parser'
import cors from 'cors'
import type express from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import morgan from 'morgan'
import onHeaders from 'on-headers'
import request, { type Response } from 'supertest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import session from '../../lib/index.js'
import { EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { at, HOUR, startClock, stopClock } from '../support/clock.js'
import { SECRET } from '../support/secrets.js'
import { endingLines } from '../support/set-cookie.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any
type Create = typeof express

const warnings = catchWarnings()
afterEach(startClock)

/** Where a neighbour can stand: mounted before the sessions, or after them. */
const PLACES = ['before', 'after'] as const
type Place = (typeof PLACES)[number]
const EVERYWHERE = EXPRESSES.flatMap(([name, create]) => PLACES.map((place) => [place, name, create] as const))

const counts: express.RequestHandler = (req: Any, _res, next) => {
  req.session.count = (req.session.count ?? 0) + 1
  next()
}
const overflows: express.RequestHandler = (req: Any, _res, next) => {
  req.session.notes = 'x'.repeat(5000)
  next()
}

/** An app with sessions and a neighbour, and an error handler that answers with the error's code. */
function appBeside(create: Create, place: Place, ...neighbours: express.RequestHandler[]): express.Express {
  const app = create()
  const sessions = session({ keys: SECRET })
  app.use(...(place === 'before' ? [...neighbours, sessions] : [sessions, ...neighbours]))
  app.get('/count', counts, (req: Any, res) => void res.json(req.session.count))
  app.get('/count/head', counts, (_req, res) => {
    res.writeHead(200, 'Fine', { 'Content-Type': 'text/plain', 'Set-Cookie': 'own=1' }).end('text')
  })
  app.get('/look', (req: Any, res) => void res.json(req.session.count ?? 0))
  app.get('/untouched', (_req, res) => void res.json(null))
  app.get('/overflow', overflows, (_req, res) => void res.json('produced'))
  app.get('/overflow/head', overflows, (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/plain' }).end('produced')
  })
  app.get('/overflow/write', overflows, (_req, res) => {
    res.write('produced')
    setImmediate(() => res.end())
  })
  app.get('/theme', counts, (_req, res) => {
    res.cookie('theme', 'dark', { signed: true }).cookie('cart', { items: 2 }).json(null)
  })
  app.get('/cookies', (req, res) => void res.json({ plain: req.cookies, signed: req.signedCookies }))
  app.get('/logout', async (req: Any, res) => {
    await req.session.destroy()
    res.clearCookie('session').json(null)
  })
  app.use(((error, _req, res, _next) => {
    res.status(503).json({ code: error.code })
  }) satisfies express.ErrorRequestHandler)
  return app
}

const OVERFLOWS = ['/overflow', '/overflow/head', '/overflow/write']
const namesOf = (lines: readonly string[]) => lines.map((line) => line.split('=')[0])

describe.each(EVERYWHERE)('morgan %s the sessions on %s', (place, _name, create) => {
  function logging(format: string) {
    const lines: string[] = []
    const logger = morgan(format, { stream: { write: (line) => void lines.push(line.trim()) } })
    const logged = (count = 1) => vi.waitFor(() => (expect(lines).toHaveLength(count), lines))
    return { browser: new Browser(appBeside(create, place, logger)), logged }
  }

  it('logs status, length and response time of a response with a session', async () => {
    const { browser, logged } = logging(':method :url :status :res[content-length] :response-time')
    await browser.get('/count')
    expect(await logged()).toEqual([expect.stringMatching(/^GET \/count 200 1 \d+\.\d{3}$/)])
  })

  it.each(OVERFLOWS)('logs what the error handler answered to %s, once', async (path) => {
    const { browser, logged } = logging(':status :res[content-length] :response-time')
    const { text } = await browser.get(path)
    expect(await logged()).toEqual([expect.stringMatching(new RegExp(`^503 ${text.length} \\d+\\.\\d{3}$`))])
  })

  it('can name the session in a token, which is no change that came too late', async () => {
    stopClock()
    morgan.token('count', (req: Any) => String(req.session.count))
    const { browser, logged } = logging(':count')
    await browser.get('/count')
    await logged()
    at(13 * HOUR)
    await browser.get('/untouched')
    expect(await logged(2)).toEqual(['1', '1'])
    await new Promise(setImmediate)
    expect(warnings.messages()).toEqual([])
  })
})

describe.each(EVERYWHERE)('helmet %s the sessions on %s', (place, _name, create) => {
  const HEADERS = ['content-security-policy', 'strict-transport-security', 'x-content-type-options', 'x-frame-options']

  it.each([['/count', 200] as const, ...OVERFLOWS.map((path) => [path, 503] as const)])(
    'protects what is answered to %s with %i',
    async (path, status) => {
      const response = await new Browser(appBeside(create, place, helmet())).get(path)
      expect(response.status).toBe(status)
      expect(Object.keys(response.headers)).toEqual(expect.arrayContaining(HEADERS))
    },
  )
})

describe('beside the 900 bytes of headers that helmet sends', () => {
  const browsing = (bytes: number) =>
    new Browser(
      appBeside(EXPRESSES[0]?.[1] as Create, 'after', helmet(), (req: Any, _res, next) => {
        req.session.notes = 'x'.repeat(bytes)
        next()
      }),
    )
  const cookieBytes = ({ jar }: Browser) => 'session'.length + String(jar.get('session')).length

  it('a cookie of 2,900 bytes passes a default nginx', async () => {
    const browser = browsing(2050)
    await browser.get('/untouched')
    expect(cookieBytes(browser)).toBeGreaterThan(2900)
    expect(warnings.codes()).toEqual([])
  })

  it('a cookie of 3,200 bytes does not, as a warning says', async () => {
    const browser = browsing(2200)
    await browser.get('/untouched')
    expect(cookieBytes(browser)).toBeLessThan(3200)
    expect(warnings.codes()).toEqual(['SESSION_WARN_HEAD'])
  })
})

describe.each(EVERYWHERE)('cors with credentials %s the sessions on %s', (place, _name, create) => {
  const ORIGIN = 'https://shop.example'
  const ALLOWED = { 'access-control-allow-origin': ORIGIN, 'access-control-allow-credentials': 'true' }
  const sharing = () => appBeside(create, place, cors({ origin: [ORIGIN], credentials: true }))
  const varyOf = ({ headers }: Response) =>
    String((headers as Any).vary)
      .split(/\s*,\s*/)
      .sort()

  it.each([['/count', 200] as const, ...OVERFLOWS.map((path) => [path, 503] as const)])(
    'lets the other origin read %s, and Vary names Origin and Cookie once each',
    async (path, status) => {
      const response = await new Browser(sharing()).get(path, { Origin: ORIGIN })
      expect(response.status).toBe(status)
      expect(response.headers).toMatchObject(ALLOWED)
      expect(varyOf(response)).toEqual(['Cookie', 'Origin'])
    },
  )

  it('answers a preflight, which neither reads nor sets a session', async () => {
    const response = await request(sharing())
      .options('/count')
      .set({ Origin: ORIGIN, 'Access-Control-Request-Method': 'GET', Cookie: 'session=rubbish' })
    expect(response.status).toBe(204)
    expect(response.headers).toMatchObject(ALLOWED)
    expect(setCookies(response)).toEqual([])
    expect(varyOf(response)).not.toContain('Cookie')
  })
})

describe.each(EVERYWHERE)('cookie-parser %s the sessions on %s', (place, _name, create) => {
  const parsing = () => new Browser(appBeside(create, place, cookieParser('a secret for signed cookies')))

  it('keeps its signed and its JSON cookies beside ours, and reads them back', async () => {
    const browser = parsing()
    expect(namesOf(setCookies(await browser.get('/theme')))).toEqual(['theme', 'cart', 'session'])
    const { plain, signed } = (await browser.get('/cookies')).body
    expect(plain.cart).toEqual({ items: 2 })
    expect(signed).toEqual({ theme: 'dark' })
    expect((await browser.get('/look')).body).toBe(1)
  })

  it('sees the sealed session as text', async () => {
    const browser = parsing()
    await browser.get('/count')
    const { plain, signed } = (await browser.get('/cookies')).body
    expect(plain).toEqual({ session: browser.jar.get('session') })
    expect(signed).toEqual({})
  })

  it('logs out once where the app clears the cookie itself, as apps written for express-session do', async () => {
    const browser = parsing()
    await browser.get('/count')
    expect(setCookies(await browser.get('/logout'))).toEqual(endingLines())
    expect([...browser.jar.keys()]).toEqual(['session.ended'])
  })
})

describe.each(EXPRESSES)('express-rate-limit on %s', (_name, create) => {
  const limiting = (options: object = {}) =>
    rateLimit({ windowMs: 60_000, limit: 2, standardHeaders: 'draft-7', legacyHeaders: false, ...options })

  it.each(PLACES)('%s the sessions refuses with 429 and leaves the session alone', async (place) => {
    const browser = new Browser(appBeside(create, place, limiting()))
    const first = await browser.get('/count')
    expect((first.headers as Any).ratelimit).toMatch(/^limit=2, remaining=1, reset=\d+$/)
    expect(setCookies(first)).toHaveLength(1)
    await browser.get('/count')
    const token = browser.jar.get('session')
    const refused = await browser.get('/count')
    expect(refused.status).toBe(429)
    expect((refused.headers as Any)['retry-after']).toMatch(/^\d+$/)
    expect(setCookies(refused)).toEqual([])
    expect(browser.jar.get('session')).toBe(token)
  })

  it('counts by the id of the session, one user apart from another', async () => {
    const app = appBeside(create, 'after', limiting({ keyGenerator: (req: Any) => req.session.id }))
    const [ada, eve] = [new Browser(app), new Browser(app)]
    const statuses = async (browser: Browser) => [
      (await browser.get('/count')).status,
      (await browser.get('/count')).status,
      (await browser.get('/count')).status,
    ]
    expect(await statuses(ada)).toEqual([200, 200, 429])
    expect(await statuses(eve)).toEqual([200, 200, 429])
  })

  it('never limits by id those who keep no session: each of their requests has an id of its own', async () => {
    const browser = new Browser(appBeside(create, 'after', limiting({ keyGenerator: (req: Any) => req.session.id })))
    for (let times = 0; times < 4; times++) {
      const response = await browser.get('/look')
      expect((response.headers as Any).ratelimit).toContain('remaining=1')
      expect(setCookies(response)).toEqual([])
    }
  })

  it('stores what its handler changes in the session along with the 429', async () => {
    const handler: express.RequestHandler = (req: Any, res) => {
      req.session.count = -1
      res.status(429).json(null)
    }
    const skip = (req: express.Request) => req.path === '/look'
    const browser = new Browser(appBeside(create, 'after', limiting({ limit: 1, handler, skip })))
    await browser.get('/count')
    expect((await browser.get('/count')).status).toBe(429)
    expect((await browser.get('/look')).body).toBe(-1)
  })
})

describe.each(EVERYWHERE)('a hook of on-headers %s the sessions on %s', (place, _name, create) => {
  const hooking = (listener: (this: express.Response, req: Any) => void) =>
    new Browser(
      appBeside(create, place, (req, res, next) => {
        onHeaders(res, function (this: express.Response) {
          listener.call(this, req)
        } as Any)
        next()
      }),
    )

  it.each([
    ['/count', ['hooked', 'session']],
    ['/count/head', ['own', 'hooked', 'session']],
    ['/untouched', ['hooked']],
  ])('adds headers and a cookie to %s', async (path, cookies) => {
    const browser = hooking(function () {
      this.append('Set-Cookie', 'hooked=1').set('X-Hooked', 'yes')
    })
    const response = await browser.get(path)
    expect((response.headers as Any)['x-hooked']).toBe('yes')
    expect(namesOf(setCookies(response)).sort()).toEqual([...cookies].sort())
  })

  it('changes the status of a response with a session', async () => {
    const browser = hooking(function () {
      this.statusCode = 203
    })
    const response = await browser.get('/count')
    expect(response.status).toBe(203)
    expect(setCookies(response)).toHaveLength(1)
  })

  it.each(OVERFLOWS)('runs once for %s and the page of the error handler', async (path) => {
    let ran = 0
    const response = await hooking(() => void ran++).get(path)
    expect(response.status).toBe(503)
    expect(ran).toBe(1)
  })
})

describe.each(EXPRESSES)('a hook of on-headers that changes the session, on %s,', (_name, create) => {
  const hooking = (place: Place, change: (req: Any) => void) =>
    new Browser(
      appBeside(create, place, (req, res, next) => {
        onHeaders(res, () => {
          if (req.path !== '/look') change(req)
        })
        next()
      }),
    )
  const add = (req: Any) => (req.session.count = (req.session.count ?? 0) + 10)

  it.each([
    ['/untouched', 10],
    ['/count', 11],
    ['/count/head', 11],
  ])('is in time for %s when it was mounted after', async (path, count) => {
    const browser = hooking('after', add)
    expect(namesOf(setCookies(await browser.get(path)))).toContain('session')
    expect((await browser.get('/look')).body).toBe(count)
    expect(warnings.codes()).toEqual([])
  })

  it('can take back a change, so that the browser keeps what it has', async () => {
    const browser = hooking('after', (req) => {
      if (req.session.count === 2) req.session.reload(() => {})
    })
    await browser.get('/count')
    expect(setCookies(await browser.get('/count'))).toEqual([])
    expect((await browser.get('/look')).body).toBe(1)
  })

  it('is too late when it was mounted before, and a warning says so', async () => {
    const browser = hooking('before', add)
    await browser.get('/count')
    await vi.waitFor(() => expect(warnings.codes()).toEqual(['SESSION_WARN_LATE']))
    expect((await browser.get('/look')).body).toBe(1)
  })
})
