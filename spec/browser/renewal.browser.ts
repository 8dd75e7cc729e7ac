import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Express, Request } from 'express'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Session, SessionOptions } from '../../lib/index.js'
import { appWith, EXPRESSES } from '../support/app.js'
import { HOUR } from '../support/clock.js'
import { gate } from '../support/gate.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'
import { base64url } from '../support/tokens.js'
import { type Authority, localAuthority } from './support/authority.js'
import { VISITORS, type Visitor } from './support/browsers.js'

const jwk = (kid: string, secret: string) => ({ kty: 'oct' as const, kid, k: base64url(secret) })

let authority: Authority
beforeAll(async () => {
  authority = await localAuthority()
})

describe.each(Object.entries(VISITORS))('in %s', (_name, start) => {
  let visitor: Visitor
  const closing: (() => void)[] = []
  beforeAll(async () => {
    visitor = await start(authority)
  })
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  })
  afterEach(() => {
    vi.useRealTimers()
    for (const close of closing.splice(0)) close()
  })
  afterAll(() => visitor?.close())

  describe.each(EXPRESSES)('with %s, a response that only read the session', (_version, create) => {
    /** A server whose `/slow` waits for `pass` after it has read the session. The browser is signed in there. */
    async function signedIn() {
      const slow = gate()
      const before: SessionOptions = { keys: [jwk('a', SECRET)] }
      const after: SessionOptions = { keys: [jwk('b', OTHER_SECRET), jwk('a', SECRET)] }
      const routes = routesWith(slow)
      const [old, rotated] = [before, after].map((options) => appWith(routes, options, create)) as [Express, Express]
      let serving = old
      const { certificate: cert, key } = authority
      const server = createServer({ cert, key }, (req, res) => serving(req, res)).listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      closing.push(() => {
        server.close()
        server.closeAllConnections()
      })
      await visitor.visit(`https://localhost:${(server.address() as AddressInfo).port}/empty`)
      await visitor.fetch('/login?user=Ada')
      const rotate = () => {
        serving = rotated
      }
      return { slow, rotate }
    }

    it.each([
      ['a change', '/change', '"Eve"'],
      ['a log-in', '/login?user=Bob', '"Bob"'],
      ['a log-out', '/logout', 'null'],
      ['an emptied session', '/clear', 'null'],
    ])(
      'leaves %s standing that was answered before it, when the session was due to be renewed',
      async (_what, by, left) => {
        const { slow } = await signedIn()
        later(12 * HOUR)
        const late = visitor.fetch('/slow')
        await slow.arrived
        await visitor.fetch(by)
        slow.pass()
        expect(await late).toEqual(['"Ada"'])
        expect(await visitor.fetch('/me')).toEqual([left])
      },
    )

    it('leaves a change standing beside it under a key that has been rotated', async () => {
      const { slow, rotate } = await signedIn()
      later(12 * HOUR)
      rotate()
      const late = visitor.fetch('/slow')
      await slow.arrived
      await visitor.fetch('/change')
      slow.pass()
      expect(await late).toEqual(['"Ada"'])
      expect(await visitor.fetch('/me')).toEqual(['"Eve"'])
    })

    it('renews it as one of ten at once after a pause, each of which says who is signed in', async () => {
      await signedIn()
      const [session] = await visitor.fetch('/session')
      later(20 * HOUR)
      expect(await visitor.fetch(...Array(10).fill('/me'))).toEqual(Array(10).fill('"Ada"'))
      expect(await visitor.fetch('/session', '/companions')).toEqual([session, '1'])
      // Its idle timeout is a day.
      later(23 * HOUR)
      expect(await visitor.fetch('/me')).toEqual(['"Ada"'])
    })
  })
})

/** Only `Date` stands still, so that sockets go on. */
function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}

function routesWith(slow: ReturnType<typeof gate>) {
  return (app: Express): void => {
    app.get('/empty', (_req, res) => void res.send(''))
    app.get('/login', async (req, res) => {
      await sessionOf(req).regenerate()
      sessionOf(req).user = String(req.query['user'])
      res.json(null)
    })
    app.get('/me', (req, res) => void res.json(sessionOf(req).user ?? null))
    app.get('/change', (req, res) => {
      sessionOf(req).user = 'Eve'
      res.json(null)
    })
    app.get('/clear', (req, res) => {
      delete sessionOf(req).user
      res.json(null)
    })
    app.get('/logout', (req, res) => {
      req.session = null
      res.json(null)
    })
    app.get('/slow', async (req, res) => {
      const { user } = sessionOf(req)
      await slow.wait()
      res.json(user ?? null)
    })
    app.get('/session', (req, res) => void res.json(cookiesOf(req, '__Host-Http-session')))
    app.get('/companions', (req, res) => void res.json(cookiesOf(req, '__Host-Http-session.seen').length))
  }
}

function sessionOf(req: Request): Session<{ user: string }> {
  return req.session
}

function cookiesOf({ headers }: Request, name: string): string[] {
  return (headers.cookie ?? '').split('; ').filter((pair) => pair.startsWith(`${name}=`))
}
