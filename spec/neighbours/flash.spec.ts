import flash from 'connect-flash'
import type express from 'express'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { describe, expect, it } from 'vitest'
import { appWith, EXPRESSES } from '../support/app.js'
import { Browser, setCookies } from '../support/browser.js'
import { endingLines, removal } from '../support/set-cookie.js'

type Any = any

function routes(app: express.Express): void {
  app.use(flash())
  app.post('/save', (req, res) => {
    req.flash('info', 'Saved')
    res.redirect(303, '/page')
  })
  app.post('/save-more', (req, res) => {
    req.flash('info', ['One', 'Two'])
    req.flash('error', '%s has %d errors', 'It', 3)
    res.redirect(303, '/all')
  })
  app.get('/page', (req, res) => void res.json(req.flash('info')))
  app.get('/all', (req, res) => void res.json(req.flash()))
  app.get('/frugal', (req: Any, res) => {
    const messages = req.session.flash ? req.flash() : {}
    delete req.session.flash
    res.json(messages)
  })
  app.get('/data', (req, res) => void res.json(req.session))
  app.post('/logout', async (req, res) => {
    await req.session.regenerate()
    req.flash('info', 'Goodbye')
    res.redirect(303, '/page')
  })
  app.post('/ended/null', (req, res) => {
    req.session = null
    req.flash('info', 'Goodbye')
    res.redirect(303, '/page')
  })
  app.post('/ended/destroy', async (req, res, next) => {
    await req.session.destroy()
    try {
      req.flash('info', 'Goodbye')
      res.redirect(303, '/page')
    } catch (error) {
      next(error)
    }
  })
}

describe.each(EXPRESSES)('connect-flash on %s', (_name, create) => {
  const browsing = () => new Browser(appWith(routes, {}, create))

  it('shows a message on the page after the redirect, and once', async () => {
    const browser = browsing()
    const { status, headers } = await browser.post('/save')
    expect([status, headers['location']]).toEqual([303, '/page'])
    expect((await browser.get('/page')).body).toEqual(['Saved'])
    expect((await browser.get('/page')).body).toEqual([])
  })

  it('collects the messages of several requests, formatted and by type', async () => {
    const browser = browsing()
    await browser.post('/save')
    await browser.post('/save-more')
    expect((await browser.get('/all')).body).toEqual({ info: ['Saved', 'One', 'Two'], error: ['It has 3 errors'] })
    expect((await browser.get('/all')).body).toEqual({})
  })

  describe('the empty object that it leaves where it looks for messages', () => {
    it.each(['/page', '/all'])('gives a cookie to every visitor of %s, which no cache may keep then', async (path) => {
      const browser = browsing()
      const { headers } = await browser.get(path)
      expect(browser.jar.size).toBe(1)
      expect(headers['cache-control']).toBe('no-store')
      expect((await browser.get('/data')).body).toEqual({ flash: {} })
    })

    it('stays when the messages have been shown, and is not sent again while nothing changes', async () => {
      const browser = browsing()
      await browser.post('/save')
      expect(setCookies(await browser.get('/page'))).toHaveLength(1)
      expect(setCookies(await browser.get('/page'))).toEqual([])
      expect(setCookies(await browser.get('/all'))).toEqual([])
      expect((await browser.get('/data')).body).toEqual({ flash: {} })
    })

    it('is avoided by looking only where there is something, and deleting it afterwards', async () => {
      const browser = browsing()
      const { headers } = await browser.get('/frugal')
      expect(headers['cache-control']).toBeUndefined()
      expect(browser.jar.size).toBe(0)
      await browser.post('/save')
      const shown = await browser.get('/frugal')
      expect(shown.body).toEqual({ info: ['Saved'] })
      expect(setCookies(shown)).toEqual([removal()])
    })
  })

  it('says goodbye in the new session that regenerate() begins', async () => {
    const browser = browsing()
    await browser.post('/save')
    await browser.post('/logout')
    expect((await browser.get('/data')).body).toEqual({ flash: { info: ['Goodbye'] } })
    expect((await browser.get('/page')).body).toEqual(['Goodbye'])
  })

  it.each([
    ['req.session = null', '/ended/null', "Cannot read properties of null (reading 'flash')"],
    ['destroy()', '/ended/destroy', 'req.flash() requires sessions'],
  ])('is an error after %s, and the session has ended all the same', async (_how, path, message) => {
    const browser = browsing()
    await browser.post('/save')
    const response = await browser.post(path)
    expect(response.status).toBe(500)
    expect(response.body.message).toBe(message)
    expect(setCookies(response)).toEqual(endingLines())
  })

  describe.each([false, true])('with passport and keepSessionInfo %j', (keepSessionInfo) => {
    const signingIn = () => new Browser(appWith((app) => withLogin(app, create, keepSessionInfo), {}, create))

    it('shows why a login failed', async () => {
      const browser = signingIn()
      await browser.post('/login', { username: 'Ada', password: 'wrong' })
      expect((await browser.get('/all')).body).toEqual({ error: ['Wrong password'] })
    })

    it('shows that a login succeeded only if session info is kept, as the message is older than the session', async () => {
      const browser = signingIn()
      await browser.post('/login', { username: 'Ada', password: 'right' })
      expect((await browser.get('/all')).body).toEqual(keepSessionInfo ? { success: ['Welcome'] } : {})
    })
  })
})

function withLogin(app: express.Express, create: typeof express, keepSessionInfo: boolean): void {
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy((name, password, done) => {
      if (password === 'right') done(null, { name } as Any, { message: 'Welcome' })
      else done(null, false, { message: 'Wrong password' })
    }),
  )
  authenticator.serializeUser((user: Any, done) => done(null, user.name))
  const options: passport.AuthenticateOptions = {
    keepSessionInfo,
    successFlash: true,
    failureFlash: true,
    successRedirect: '/all',
    failureRedirect: '/all',
  }
  app.use(create.json(), flash(), authenticator.initialize())
  app.post('/login', authenticator.authenticate('local', options))
  app.get('/all', (req, res) => void res.json(req.flash()))
}
