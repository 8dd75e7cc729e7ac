import express from 'express'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { Browser } from '../support/browser.js'
import { SECRET } from '../support/secrets.js'

type Any = any

function appWithPassport(keepSessionInfo: boolean) {
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy((name, password, done) => done(null, password === 'right' ? ({ name } as Any) : false)),
  )
  authenticator.serializeUser((user: Any, done) => done(null, user.name))
  authenticator.deserializeUser((name, done) => done(null, { name } as Any))

  const app = express()
  app.use(session({ keys: SECRET }), express.json())
  app.use(authenticator.initialize(), authenticator.session())
  app.get('/anonymous', (req: Any, res) => {
    req.session.cart = ['book']
    res.json(req.session.id)
  })
  app.post('/login', authenticator.authenticate('local', { keepSessionInfo } as Any), (req: Any, res) => {
    res.json(req.session.id)
  })
  app.post('/logout', (req: Any, res, next) => {
    req.logout({ keepSessionInfo }, (error: unknown) => (error ? next(error) : res.json(null)))
  })
  app.get('/me', (req: Any, res) => res.json({ user: req.user?.name ?? null, cart: req.session.cart ?? null }))
  return app
}

describe.each([false, true])('passport with keepSessionInfo %j', (keepSessionInfo) => {
  it('logs in under a new id, and keeps anonymous data only if asked to', async () => {
    const browser = new Browser(appWithPassport(keepSessionInfo))
    const { body: before } = await browser.get('/anonymous')
    const { body: after } = await browser.post('/login', { username: 'Ada', password: 'right' })
    expect(after).not.toBe(before)
    const cart = keepSessionInfo ? ['book'] : null
    expect((await browser.get('/me')).body).toEqual({ user: 'Ada', cart })
  })

  it('does not log in with a wrong password', async () => {
    const browser = new Browser(appWithPassport(keepSessionInfo))
    expect((await browser.post('/login', { username: 'Ada', password: 'wrong' })).status).toBe(401)
    expect((await browser.get('/me')).body.user).toBeNull()
  })

  it('logs out for real, and the cookie is gone unless there is something to keep', async () => {
    const browser = new Browser(appWithPassport(keepSessionInfo))
    await browser.get('/anonymous')
    await browser.post('/login', { username: 'Ada', password: 'right' })
    expect((await browser.post('/logout')).status).toBe(200)
    expect(browser.jar.size).toBe(keepSessionInfo ? 1 : 0)
    expect((await browser.get('/me')).body.user).toBeNull()
  })
})
