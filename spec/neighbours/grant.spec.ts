import { createHash, randomUUID } from 'node:crypto'
import express from 'express'
import grant, { type GrantProvider } from 'grant'
import { describe, expect, it, vi } from 'vitest'
import { LiveSession } from '../../lib/session/session.js'
import { appWith, EXPRESSES } from '../support/app.js'
import { Browser } from '../support/browser.js'
import { serving } from '../support/raw.js'

type Any = any

const TOKEN = 'opens the profile'

/** An authorization server (RFC 6749, section 4.1, with PKCE) where everybody consents. */
function authorizationServer(token: string): express.Express {
  const challenges = new Map<string, string>()
  const server = express()
  server.get('/authorize', ({ query }: Any, res) => {
    const code = randomUUID()
    challenges.set(code, query.code_challenge)
    res.redirect(`${query.redirect_uri}?${new URLSearchParams({ code, state: query.state })}`)
  })
  server.post('/token', express.urlencoded(), ({ body }: Any, res) => {
    const challenge = createHash('sha256').update(String(body.code_verifier)).digest('base64url')
    if (body.client_secret === 'known to both' && challenges.get(body.code) === challenge) {
      challenges.delete(body.code)
      res.json({ access_token: token, token_type: 'Bearer' })
    } else {
      res.status(400).json({ error: 'invalid_grant' })
    }
  })
  return server
}

function appFor(origin: string, options: GrantProvider, create: typeof express): express.Express {
  const provider: GrantProvider = {
    authorize_url: `${origin}/authorize`,
    access_url: `${origin}/token`,
    oauth: 2,
    key: 'app',
    secret: 'known to both',
    origin: 'http://app.test',
    callback: '/signed-in',
    state: true,
    pkce: true,
    ...options,
  }
  return appWith(
    (app) => {
      app.get('/anonymous', (req: Any, res) => {
        req.session.cart = ['book']
        res.json(null)
      })
      // Its types speak of the default export of an ES module that it is not.
      app.use((grant as Any).express({ provider }))
      app.get('/signed-in', (req: Any, res) => void res.json({ url: req.query, session: req.session }))
      app.get('/finish', async (req: Any, res) => {
        const { access_token } = req.session.grant.response
        await req.session.regenerate()
        if (access_token === TOKEN) req.session.user = 'Ada'
        res.json(req.session)
      })
    },
    {},
    create,
  )
}

/** Begins, and tells where the authorization server sends the browser back to. */
async function consent(browser: Browser): Promise<string> {
  const { headers } = await browser.get('/connect/provider')
  const { headers: answered } = await fetch(headers['location'] as string, { redirect: 'manual' })
  const { pathname, search } = new URL(answered.get('location') as string)
  return `${pathname}${search}`
}

/** The whole flow, up to the page of the app that it ends on. */
async function signIn(browser: Browser): Promise<string> {
  const { headers } = await browser.get(await consent(browser))
  return String(headers['location'])
}

describe.each(EXPRESSES)('grant on %s', (_name, create) => {
  const running = (options: GrantProvider, use: (app: express.Express) => Promise<void>, token = TOKEN) =>
    serving(authorizationServer(token), (port) => use(appFor(`http://127.0.0.1:${port}`, options, create)))

  it('brings the tokens in the session with transport session, and none in a URL', () =>
    running({ transport: 'session' }, async (app) => {
      const browser = new Browser(app)
      const location = await signIn(browser)
      expect(location).toBe('/signed-in')
      const { session } = (await browser.get(location)).body
      expect(session.grant).toMatchObject({ provider: 'provider', response: { access_token: TOKEN } })
    }))

  it('brings them in the URL without, and none in the session', () =>
    running({}, async (app) => {
      const browser = new Browser(app)
      const location = await signIn(browser)
      expect(location).toMatch(/^\/signed-in\?access_token=/)
      const { url, session } = (await browser.get(location)).body
      expect(url).toMatchObject({ access_token: TOKEN })
      expect(Object.keys(session.grant)).toEqual(['provider', 'state', 'code_verifier'])
    }))

  it('leaves its data in the session until the app takes them out, which regenerate() does', () =>
    running({ transport: 'session' }, async (app) => {
      const browser = new Browser(app)
      await browser.get('/anonymous')
      const { session } = (await browser.get(await signIn(browser))).body
      expect(Object.keys(session)).toEqual(['cart', 'grant'])
      expect((await browser.get('/finish')).body).toEqual({ user: 'Ada' })
    }))

  it('finds save on the prototype, waits for its callback, and does not wait for ever', () =>
    running({ transport: 'session' }, async (app) => {
      const { save }: Any = LiveSession.prototype
      expect(save).toHaveLength(1)
      const steps: string[] = []
      function counted(this: LiveSession, callback: () => void): LiveSession {
        steps.push('save')
        return save.call(this, () => (steps.push('saved'), callback()))
      }
      vi.spyOn(LiveSession.prototype as Any, 'save', 'get').mockReturnValue(counted)
      expect(await signIn(new Browser(app))).toBe('/signed-in')
      expect(steps).toEqual(['save', 'saved', 'save', 'saved'])
    }))

  describe.each(['session', 'querystring'])('with transport %s', (transport) => {
    const outcome = async (browser: Browser, location: string) => {
      const { url, session } = (await browser.get(location)).body
      return transport === 'session' ? session.grant.response : url
    }

    it('refuses a wrong state', () =>
      running({ transport }, async (app) => {
        const browser = new Browser(app)
        const back = (await consent(browser)).replace(/state=\w+/, 'state=guessed')
        const { headers } = await browser.get(back)
        expect(await outcome(browser, headers['location'] as string)).toEqual({ error: 'Grant: OAuth2 state mismatch' })
      }))

    it('refuses a callback that was begun in another browser', () =>
      running({ transport }, async (app) => {
        const back = await consent(new Browser(app))
        const victim = new Browser(app)
        const { headers } = await victim.get(back)
        expect(headers['location']).toMatch(/^\/\?error=Grant%3A%20missing%20session/)
        await consent(victim)
        const { headers: begun } = await victim.get(back)
        expect(await outcome(victim, begun['location'] as string)).toEqual({ error: 'Grant: OAuth2 state mismatch' })
      }))

    it('keeps the state after the callback, so that only the code cannot be used twice', () =>
      running({ transport }, async (app) => {
        const browser = new Browser(app)
        const back = await consent(browser)
        const first = await browser.get(back)
        expect(await outcome(browser, first.headers['location'] as string)).toMatchObject({ access_token: TOKEN })
        const second = await browser.get(back)
        const refused = await outcome(browser, second.headers['location'] as string)
        expect(refused).not.toHaveProperty('access_token')
        expect(JSON.stringify(refused)).toContain('invalid_grant')
      }))
  })

  describe('with transport session and a token of 1,600 bytes', () => {
    const LONG = 'x'.repeat(1600)

    it('overflows, as grant keeps the token a second time as raw; its redirect is replaced by the error', () =>
      running(
        { transport: 'session' },
        async (app) => {
          const browser = new Browser(app)
          const { status, headers, body } = await browser.get(await consent(browser))
          expect([status, headers['location']]).toEqual([500, undefined])
          expect(body).toMatchObject({ code: 'ERR_SESSION_OVERFLOW' })
          expect(body.message).toContain('Its largest key is grant')
        },
        LONG,
      ))

    it("fits with response: ['tokens']", () =>
      running(
        { transport: 'session', response: ['tokens'] },
        async (app) => {
          const browser = new Browser(app)
          const { session } = (await browser.get(await signIn(browser))).body
          expect(session.grant.response).toEqual({ access_token: LONG })
        },
        LONG,
      ))
  })
})
