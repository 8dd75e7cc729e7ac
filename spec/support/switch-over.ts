import express, { type Express, type RequestHandler } from 'express'
import passport from 'passport'
import { expect } from 'vitest'
import session, { type SessionEvent, type SessionReader } from '../../lib/index.js'
import { Browser, setCookies } from './browser.js'

type Any = any

/** A session package that an app has been using, and what reads it. */
export interface Before {
  readonly middleware: RequestHandler
  readonly reader: SessionReader
  /** Where its middleware keeps the session. Default `session`. */
  readonly property?: string
  /** The cookies that it has with a browser. */
  readonly cookies: readonly string[]
}

/** The same app, whatever keeps its sessions: with Passport, and with a page that writes and one that reads. */
export function appOn(middleware: RequestHandler, property = 'session'): Express {
  const app = express()
  app.use(middleware)
  app.use((req: Any, _res, next) => {
    // Passport finds the session here.
    if (property !== 'session') Object.defineProperty(req, 'session', { get: () => req[property] })
    next()
  })
  app.use(passport.session())
  app.get('/sign-in/:name', (req: Any, res) => {
    // What passport.authenticate() leaves in a session.
    req.session.passport = { user: req.params.name }
    req.session.cart = [{ id: 7, count: 1 }]
    res.json(null)
  })
  app.get('/me', (req: Any, res) => res.json({ user: req.user?.name ?? null, cart: req.session?.cart ?? null }))
  app.get('/buy', (req: Any, res) => {
    req.session.cart[0].count += 1
    res.json(null)
  })
  return app
}

passport.serializeUser((user: Any, done) => done(null, user.name))
passport.deserializeUser((name: string, done) => done(null, { name }))

/** Signs users in with the old app, puts the new one in its place, and looks at what becomes of them. */
export async function switchOver({ middleware, reader, property, cookies }: Before, keys: string): Promise<void> {
  const before = appOn(middleware, property)
  const events: SessionEvent[] = []
  const after = appOn(
    session({ keys, migrateFrom: [reader], onEvent: (event) => events.push(event) }) as RequestHandler,
  )

  for (const name of ['Ada', 'Eve', 'Mallory']) {
    const old = new Browser(before)
    await old.get(`/sign-in/${name}`)
    expect((await old.get('/me')).body).toEqual({ user: name, cart: [{ id: 7, count: 1 }] })
    expect([...old.jar.keys()].sort()).toEqual([...cookies].sort())

    const moved = new Browser(after)
    for (const [cookie, value] of old.jar) moved.jar.set(cookie, value)
    expect((await moved.get('/me')).body).toEqual({ user: name, cart: [{ id: 7, count: 1 }] })
    expect([...moved.jar.keys()]).toEqual(['session'])
    await moved.get('/buy')
    const later = await moved.get('/me')
    expect([later.body, setCookies(later)]).toEqual([{ user: name, cart: [{ id: 7, count: 2 }] }, []])
  }
  expect(events.filter(({ type }) => type === 'migrated')).toHaveLength(3)
  expect(events.filter(({ type }) => type === 'migration-failed')).toEqual([])

  const stranger = await new Browser(after).get('/me')
  expect([stranger.body, setCookies(stranger)]).toEqual([{ user: null, cart: null }, []])
}
