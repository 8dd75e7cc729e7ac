import type express from 'express'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { describe, expect, it } from 'vitest'
import { appWith, EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { endingLines, guardLine, removal, sealedLine } from '../support/set-cookie.js'

type Any = any

/** Passport, for whose users the password is "right". */
function authenticatorOf(users: Set<string>) {
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy((name, password, done) => {
      if (password === 'right') done(null, { name } as Any)
      else done(null, false, { message: 'Wrong password' })
    }),
  )
  authenticator.serializeUser((user: Any, done) => done(null, user.name))
  authenticator.deserializeUser((name: string, done) => done(null, users.has(name) && ({ name } as Any)))
  return authenticator
}

/** An app where users log in with the `options` that Passport's users give it. */
function appWithPassport(create: typeof express, options: object = {}, users = new Set(['Ada'])): express.Express {
  const authenticator = authenticatorOf(users)
  return appWith(
    (app) => {
      app.use(create.json(), authenticator.initialize(), authenticator.session())
      app.get('/anonymous', (req: Any, res) => {
        req.session.cart = ['book']
        res.json(req.session.id)
      })
      app.post('/login', authenticator.authenticate('local', options as Any), (req: Any, res) => {
        res.json(req.session.id)
      })
      app.post('/login-by-hand', (req: Any, res, next) => {
        req.login({ name: req.body.name }, (error: unknown) => (error ? next(error) : res.json(req.session.id)))
      })
      app.post('/logout', (req: Any, res, next) => {
        req.logout(options, (error: unknown) => (error ? next(error) : res.json(null)))
      })
      app.get('/me', (req: Any, res) => void res.json({ user: req.user?.name ?? null, cart: req.session.cart ?? null }))
      app.get('/private', (req: Any, res) => {
        req.session.returnTo = req.originalUrl
        res.redirect('/messages')
      })
      app.get('/messages', (req: Any, res) => {
        res.locals['messages'] = req.session.messages ?? []
        delete req.session.messages
        res.json(res.locals['messages'])
      })
    },
    {},
    create,
  )
}

const ADA = { username: 'Ada', password: 'right' }
const NOT_ADA = { username: 'Ada', password: 'wrong' }

describe.each(EXPRESSES)('passport on %s', (_name, create) => {
  const browsing = (options: object = {}) => new Browser(appWithPassport(create, options))

  describe.each([false, true])('with keepSessionInfo %j', (keepSessionInfo) => {
    it('logs in under a new id, and keeps anonymous data only if asked to', async () => {
      const browser = browsing({ keepSessionInfo })
      const { body: before } = await browser.get('/anonymous')
      const { body: after } = await browser.post('/login', ADA)
      expect(after).toMatch(/^[\w-]{22}$/)
      expect(after).not.toBe(before)
      const cart = keepSessionInfo ? ['book'] : null
      expect((await browser.get('/me')).body).toEqual({ user: 'Ada', cart })
    })

    it('does not log in with a wrong password', async () => {
      const browser = browsing({ keepSessionInfo })
      expect((await browser.post('/login', NOT_ADA)).status).toBe(401)
      expect((await browser.get('/me')).body.user).toBeNull()
    })

    it('logs out for real: a guard is left, and what there is to keep', async () => {
      const browser = browsing({ keepSessionInfo })
      await browser.get('/anonymous')
      await browser.post('/login', ADA)
      const response = await browser.post('/logout')
      expect(response.status).toBe(200)
      const lines = keepSessionInfo
        ? [sealedLine(), guardLine()].map((line) => expect.stringMatching(line))
        : endingLines()
      expect(setCookies(response)).toEqual(lines)
      expect([...browser.jar.keys()]).toEqual([...(keepSessionInfo ? ['session'] : []), 'session.ended'])
      expect((await browser.get('/me')).body.user).toBeNull()
    })

    it('sends a visitor back to where the login was asked for only if session info is kept', async () => {
      const browser = browsing({ keepSessionInfo, successReturnToOrRedirect: '/me' })
      await browser.get('/private?page=2')
      expect((await browser.post('/login', ADA)).headers['location']).toBe(keepSessionInfo ? '/private?page=2' : '/me')
      expect((await browser.post('/login', ADA)).headers['location']).toBe('/me')
    })
  })

  it('logs in by hand under a new id, too', async () => {
    const browser = browsing()
    const { body: before } = await browser.get('/anonymous')
    const { body: after } = await browser.post('/login-by-hand', { name: 'Ada' })
    expect(after).toMatch(/^[\w-]{22}$/)
    expect(after).not.toBe(before)
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada', cart: null })
  })

  describe('a user who does not fit into the cookie', () => {
    const TOO_LARGE = { name: 'x'.repeat(5000) }

    it('is not logged in, and the session stays what it was', async () => {
      const browser = browsing()
      await browser.get('/anonymous')
      const response = await browser.post('/login-by-hand', TOO_LARGE)
      expect(response.status).toBe(500)
      expect(setCookies(response)).toEqual([])
      expect((await browser.get('/me')).body).toEqual({ user: null, cart: ['book'] })
    })

    it("is an error of req.login, and the client gets the error handler's answer to it", async () => {
      const { body } = await browsing().post('/login-by-hand', TOO_LARGE)
      expect(body).toMatchObject({ code: 'ERR_SESSION_OVERFLOW' })
      expect(body.message).toContain('Its largest key is passport')
    })
  })

  it('clears the cookie of somebody who logs out without sending one: the browser may hold it all the same', async () => {
    const response = await browsing().post('/logout')
    expect(response.status).toBe(200)
    expect(setCookies(response)).toEqual([removal()])
  })

  it('logs out a user who does not exist any more', async () => {
    const users = new Set(['Ada'])
    const browser = new Browser(appWithPassport(create, {}, users))
    await browser.post('/login', ADA)
    users.delete('Ada')
    expect((await browser.get('/me')).body.user).toBeNull()
    users.add('Ada')
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('leaves the message of a failed login for the page that it redirects to, and the cookie goes with it', async () => {
    const browser = browsing({ failureRedirect: '/messages', failureMessage: true })
    const refused = await browser.post('/login', NOT_ADA)
    expect(refused.status).toBe(302)
    expect(refused.headers['location']).toBe('/messages')
    expect((await browser.get('/messages')).body).toEqual(['Wrong password'])
    expect(browser.jar.size).toBe(0)
    expect((await browser.get('/messages')).body).toEqual([])
  })

  it('piles up messages that no page takes out, until the session is too large and the error says of what', async () => {
    const browser = browsing({ failureRedirect: '/messages', failureMessage: 'x'.repeat(1200) })
    expect((await browser.post('/login', NOT_ADA)).status).toBe(302)
    expect((await browser.post('/login', NOT_ADA)).status).toBe(302)
    const response = await browser.post('/login', NOT_ADA)
    expect(response.body).toMatchObject({ code: 'ERR_SESSION_OVERFLOW' })
    expect(response.body.message).toContain('Its largest key is messages')
    expect((await browser.get('/messages')).body).toHaveLength(2)
    expect((await browser.post('/login', NOT_ADA)).status).toBe(302)
  })
})
