import { createHash, randomUUID } from 'node:crypto'
import express from 'express'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { describe, expect, it } from 'vitest'
import { appWith, EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { serving } from '../support/raw.js'
import { endingLines } from '../support/set-cookie.js'

type Any = any

const CLIENT = { clientID: 'app', clientSecret: 'known to both' }
const CALLBACK = 'http://app.test/callback'

/**
 * An authorization server where Ada is signed in and consents to everything: authorization codes (RFC 6749, section
 * 4.1) that are good for one exchange, by the client they were made for, who knows the verifier if there was a
 * challenge (RFC 7636, section 4.6).
 */
function authorizationServer(): express.Express {
  const challenges = new Map<string, string | undefined>()
  const server = express()
  server.get('/authorize', ({ query }: Any, res) => {
    if (query.client_id !== CLIENT.clientID || query.redirect_uri !== CALLBACK) return void res.sendStatus(400)
    const code = randomUUID()
    challenges.set(code, query.code_challenge)
    res.redirect(`${CALLBACK}?${new URLSearchParams({ code, state: query.state })}`)
  })
  server.post('/token', express.urlencoded(), ({ body }: Any, res) => {
    const known = challenges.has(body.code)
    const challenge = challenges.get(body.code)
    challenges.delete(body.code)
    const isClient = body.client_id === CLIENT.clientID && body.client_secret === CLIENT.clientSecret
    if (known && isClient && body.redirect_uri === CALLBACK && challenge === challengeOf(body.code_verifier)) {
      res.json({ access_token: 'opens the profile', token_type: 'Bearer' })
    } else {
      res.status(400).json({ error: 'invalid_grant', error_description: 'The code is not good (any more)' })
    }
  })
  server.get('/profile', (req, res) => {
    if (req.get('authorization') === 'Bearer opens the profile') res.json({ name: 'Ada' })
    else res.sendStatus(401)
  })
  return server
}

function challengeOf(verifier: string | undefined): string | undefined {
  return verifier && createHash('sha256').update(verifier).digest('base64url')
}

/** What packages such as passport-google-oauth20 are: the strategy for one server, with its users' profiles. */
class ProviderStrategy extends OAuth2Strategy {
  // Not a private member: Passport authenticates with an object that inherits from this one.
  readonly origin: string

  constructor(origin: string, pkce: boolean) {
    super(
      {
        ...CLIENT,
        authorizationURL: `${origin}/authorize`,
        tokenURL: `${origin}/token`,
        callbackURL: CALLBACK,
        state: true,
        pkce,
      },
      (_accessToken: string, _refreshToken: string, profile: Any, done: Any) => done(null, profile),
    )
    this.origin = origin
    this._oauth2.useAuthorizationHeaderforGET(true)
  }

  override userProfile(accessToken: string, done: (error?: unknown, profile?: Any) => void): void {
    this._oauth2.get(`${this.origin}/profile`, accessToken, (error, text) => {
      if (error) done(error)
      else done(null, JSON.parse(String(text)))
    })
  }
}

function appFor(origin: string, pkce: boolean, create: typeof express): express.Express {
  const authenticator = new passport.Passport()
  authenticator.use(new ProviderStrategy(origin, pkce))
  authenticator.serializeUser((user: Any, done) => done(null, user.name))
  authenticator.deserializeUser((name, done) => done(null, { name } as Any))
  return appWith(
    (app) => {
      app.use(authenticator.initialize(), authenticator.session())
      app.get('/anonymous', (req: Any, res) => {
        req.session.cart = ['book']
        res.json(req.session.id)
      })
      app.get('/login', authenticator.authenticate('oauth2'))
      app.get('/callback', authenticator.authenticate('oauth2', { successRedirect: '/me' }))
      app.get('/me', (req: Any, res) => void res.json({ user: req.user?.name ?? null, id: req.session.id }))
      app.get('/data', (req: Any, res) => void res.json(req.session))
      app.get('/logout', (req: Any, res, next) => {
        req.logout((error: unknown) => (error ? next(error) : res.json(null)))
      })
    },
    {},
    create,
  )
}

/** Begins a login, and tells where the authorization server sends the browser back to. */
async function consent(browser: Browser): Promise<string> {
  const { headers } = await browser.get('/login')
  const { headers: answered } = await fetch(headers['location'] as string, { redirect: 'manual' })
  const { pathname, search } = new URL(answered.get('location') as string)
  return `${pathname}${search}`
}

function withState(path: string, state: string): string {
  return path.replace(/state=[^&]+/, `state=${state}`)
}

const FLOWS: readonly (readonly [string, boolean])[] = [
  ['state', false],
  ['state and PKCE', true],
]

describe.each(EXPRESSES)('passport-oauth2 on %s', (_name, create) => {
  describe.each(FLOWS)('with %s', (_flow, pkce) => {
    const signingIn = (use: (app: express.Express) => Promise<void>) =>
      serving(authorizationServer(), (port) => use(appFor(`http://127.0.0.1:${port}`, pkce, create)))

    const signedIn = async (app: express.Express): Promise<Browser> => {
      const browser = new Browser(app)
      await browser.get(await consent(browser))
      return browser
    }

    it('logs in at the authorization server, under a new id', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        const { body: before } = await browser.get('/anonymous')
        const back = await browser.get(await consent(browser))
        expect(back.status).toBe(302)
        expect(back.headers['location']).toBe('/me')
        const { body } = await browser.get('/me')
        expect(body.user).toBe('Ada')
        expect(body.id).not.toBe(before)
      }))

    it('brings the state through the cookie, and nothing of the flow is left when it is over', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        const back = await consent(browser)
        const [[key, { state }]] = Object.entries((await browser.get('/data')).body) as Any
        expect(key).toBe('oauth2:127.0.0.1')
        expect(back).toContain(encodeURIComponent(pkce ? state.handle : state))
        await browser.get(back)
        expect((await browser.get('/data')).body).toEqual({ passport: { user: 'Ada' } })
      }))

    it('takes a callback once', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        const back = await consent(browser)
        expect((await browser.get(back)).status).toBe(302)
        expect((await browser.get(back)).status).toBe(403)
        expect((await browser.get('/me')).body.user).toBe('Ada')
      }))

    it('finds the state again in a cookie that was kept from before: only the code cannot be used twice', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        const back = await consent(browser)
        const kept = new Map(browser.jar)
        await browser.get(back)
        const replaying = new Browser(app)
        for (const [name, value] of kept) replaying.jar.set(name, value)
        const { status, body } = await replaying.get(back)
        expect(status).toBe(500)
        expect(body).toEqual({ code: 'invalid_grant', message: 'The code is not good (any more)' })
        expect((await replaying.get('/me')).body.user).toBeNull()
      }))

    it('refuses a wrong state, and the right one after that', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        const back = await consent(browser)
        expect((await browser.get(withState(back, 'guessed'))).status).toBe(403)
        expect(browser.jar.size).toBe(0)
        expect((await browser.get(back)).status).toBe(403)
        expect((await browser.get('/me')).body.user).toBeNull()
        await browser.get(await consent(browser))
        expect((await browser.get('/me')).body.user).toBe('Ada')
      }))

    it('refuses a callback that was begun in another browser', () =>
      signingIn(async (app) => {
        const attacker = await consent(new Browser(app))
        const victim = new Browser(app)
        expect((await victim.get(attacker)).status).toBe(403)
        await consent(victim)
        expect((await victim.get(attacker)).status).toBe(403)
        expect((await victim.get('/me')).body.user).toBeNull()
      }))

    it('does not log in somebody who declines', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        await consent(browser)
        expect((await browser.get('/callback?error=access_denied')).status).toBe(401)
        expect((await browser.get('/me')).body.user).toBeNull()
      }))

    it('logs out for real: only a guard is left, and the callback of before does not bring the session back', () =>
      signingIn(async (app) => {
        const browser = new Browser(app)
        const back = await consent(browser)
        await browser.get(back)
        expect(setCookies(await browser.get('/logout'))).toEqual(endingLines())
        expect([...browser.jar.keys()]).toEqual(['session.ended'])
        expect((await browser.get(back)).status).toBe(403)
        expect((await browser.get('/me')).body.user).toBeNull()
      }))

    it('logs in again under another id', () =>
      signingIn(async (app) => {
        const browser = await signedIn(app)
        const { body: first } = await browser.get('/me')
        await browser.get(await consent(browser))
        const { body: second } = await browser.get('/me')
        expect(second.user).toBe('Ada')
        expect(second.id).not.toBe(first.id)
      }))
  })
})
