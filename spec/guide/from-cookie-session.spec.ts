import flash from 'connect-flash'
import cookieSessions from 'cookie-session'
import Keygrip from 'keygrip'
import passport from 'passport'
import { describe, expect, it, vi } from 'vitest'
import session from '../../lib/index.js'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'
import { appOf, changeOf, countedBy, moveIn, sideBySide, visit } from '../support/moving.js'
import { pageAt } from '../support/pages.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const page = examplesOf('spec/guide/from-cookie-session.md')
const old = cookieSessions({ keys: ['short', 'words'] })
const SIGNED = '+session +session.sig'
const logIn = (req: Any) => void (req.session.user = 'Ada')
const user = (req: Any) => req.session.user

catchWarnings()

describe('the programs of the page about cookie-session', () => {
  it('the change leaves a handler as it is', async () => {
    const change = changeOf(page)
    expect(await countedBy(appOf(change, '-', { session: cookieSessions }))).toEqual([1, 2])
    expect(await countedBy(appOf(change, '+', { session }))).toEqual([1, 2])
    expect(() => appOf(change, '-', { session })).toThrow(expect.objectContaining({ name: 'SessionError' }))
  })

  it('users stay signed in, and data under a reserved name get another', async () => {
    const value = Buffer.from(JSON.stringify({ id: 7, name: 'Ada' })).toString('base64')
    const signature = new Keygrip(['the old key']).sign(`session=${value}`)
    const moved = await moveIn(page, 'A whole program', `session=${value}; session.sig=${signature}`)
    const known = JSON.stringify({ name: 'Ada', userId: 7 })
    expect(moved).toEqual({ body: known, later: known, removed: ['session.sig'] })
  })

  it('whoever is to be remembered is, for thirty days, also if they moved in, and no other is', async () => {
    await page.serve(page.fileOf('Remember me'), async (origin) => {
      const DAY = 24 * 60 * 60 * 1000
      const see = async (cookie: string) => {
        const response = await fetch(origin, { headers: { cookie } })
        const { name, until } = (await response.json()) as { name: string; until: string }
        return { response, seen: [name, Math.round((Date.parse(until) - Date.now()) / DAY)] }
      }
      const logIn = async (path: string) => cookieOf(await fetch(origin + path, { method: 'POST', redirect: 'manual' }))
      expect((await see(await logIn('/login/Ada'))).seen).toEqual(['Ada', 1])
      const remembered = await see(await logIn('/login/Ada?remember=1'))
      expect(remembered.seen).toEqual(['Ada', 30])
      expect(remembered.response.headers.getSetCookie()).toEqual([])

      const value = Buffer.from(JSON.stringify({ name: 'Eve', maxAge: 30 * DAY })).toString('base64')
      const moved = await see(`session=${value}; session.sig=${new Keygrip(['the old key']).sign(`session=${value}`)}`)
      expect(moved.seen).toEqual(['Eve', 30])
      expect((await see(cookieOf(moved.response))).seen).toEqual(['Eve', 30])
    })
  })
})

describe('beside an app with cookie-session, the same app', () => {
  it.each([
    [{ signed: false }, 'Leave it out'],
    [{ overwrite: true }, 'Leave it out'],
    [{ secureProxy: true }, 'assume'],
    [{ secret: 'x' }, '"keys"'],
    [{ keys: new Keygrip(['x']) }, 'give the secrets that it was made of'],
    [{ expires: new Date() }, 'idleTimeout'],
    [{ maxAge: 1000 }, '"cookie.maxAge"'],
    [{ path: '/' }, '"cookie.path"'],
    [{ sameSite: 'lax' }, '"cookie.sameSite"'],
    [{ partitioned: true }, '"cookie.partitioned"'],
  ])('does not start with %o, and is told what to do', (options: Any, advice) => {
    expect(() => session({ keys: SECRET, ...options })).toThrow(advice)
  })

  it('has no sessionOptions', async () => {
    expect(await sideBySide(old, [(req) => typeof req.sessionOptions])).toEqual({ old: ['object'], now: ['undefined'] })
    const remember = (req: Any) => {
      req.sessionOptions.maxAge = req.session.maxAge || req.sessionOptions.maxAge
    }
    const set = (req: Any) => void (req.sessionOptions.maxAge = 1000)
    const { now } = await sideBySide(old, [remember, set])
    expect(now).toEqual([
      "Cannot read properties of undefined (reading 'maxAge')",
      "Cannot set properties of undefined (setting 'maxAge')",
    ])
    const errors = pageAt('spec/guide/errors.md').text
    for (const message of now) expect(errors).toContain(`\`${message}\``)
  })

  it('loses its cookie by {}, and by deleting the last key', async () => {
    const replace = (req: Any) => void (req.session = {})
    const remove = (req: Any) => void delete req.session.user
    expect(await sideBySide(old, [logIn, replace, user])).toEqual({
      old: [`null ${SIGNED}`, 'null', 'Ada'],
      now: ['null +session', 'null -session', 'null'],
    })
    expect(await sideBySide(old, [logIn, remove, user])).toEqual({
      old: [`null ${SIGNED}`, `null ${SIGNED}`, 'null'],
      now: ['null +session', 'null -session', 'null'],
    })
  })

  it('fails where it would silently send nothing, or what a browser drops', async () => {
    const steps = [
      (req: Any) => void (req.session.amount = 1n),
      (req: Any) => void (req.session = [1]),
      (req: Any) => void (req.session = { text: 'x'.repeat(5000) }),
    ]
    expect(await sideBySide(old, steps)).toEqual({
      old: ['null', `null ${SIGNED}`, `null ${SIGNED}`],
      now: ['ERR_SESSION_UNSERIALIZABLE', 'ERR_SESSION_OPTIONS', 'ERR_SESSION_OVERFLOW'],
    })
  })

  it('cannot have data under the names of members', async () => {
    const steps = [
      (req: Any) => void Object.assign(req.session, { id: 7 }),
      (req: Any) => void (req.session.createdAt = 1),
      (req: Any) => void (req.session = { isNew: 1, user: 'Ada' }),
      user,
    ]
    expect(await sideBySide(old, steps)).toEqual({
      old: [`null ${SIGNED}`, `null ${SIGNED}`, `null ${SIGNED}`, 'Ada'],
      now: ['ERR_SESSION_RESERVED', 'ERR_SESSION_RESERVED', 'ERR_SESSION_RESERVED', 'null'],
    })
  })

  it('is told in production where it would send a session without Secure, or silently none', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(await sideBySide(old, [logIn])).toEqual({ old: [`null ${SIGNED}`], now: ['ERR_SESSION_INSECURE'] })
    const secure = cookieSessions({ keys: ['a'], secure: true })
    const seen = await sideBySide(secure, [logIn], { cookie: { secure: true } })
    expect(seen).toEqual({ old: ['null'], now: ['ERR_SESSION_INSECURE'] })
  })

  it('has no session outside of its path', async () => {
    const seen = await sideBySide(cookieSessions({ keys: ['a'], path: '/app' }), [(req) => typeof req.session], {
      cookie: { path: '/app' },
    })
    expect(seen).toEqual({ old: ['object'], now: ['undefined'] })
  })

  it('cannot have two sessions of one property, and does not notice a cookie-session behind it', async () => {
    const twice = [cookieSessions({ name: 'a', keys: ['a'] }), cookieSessions({ name: 'b', keys: ['a'] })]
    expect(await visit(twice, [logIn])).toEqual(['null +b +b.sig'])
    const ours = (name: string) => session({ name, keys: SECRET })
    expect(await visit([ours('a'), ours('b')], [logIn])).toEqual(['ERR_SESSION_DUPLICATE'])
    expect(await visit([ours('a'), old], [logIn])).toEqual([`null ${SIGNED}`])
  })

  it('can log in by Passport, without what apps add for cookie-session, and drops older data unless told to keep them', async () => {
    const authenticator = new passport.Passport()
    authenticator.serializeUser((one, done) => done(null, one))
    authenticator.deserializeUser((one, done) => done(null, one as Any))
    const login = (options: object) => (req: Any) =>
      new Promise((resolve, reject) =>
        req.login('Ada', options, (error: unknown) => (error ? reject(error) : resolve(req.user))),
      )
    const steps = [
      (req: Any) => void (req.session.cart = 'book'),
      login({ keepSessionInfo: true }),
      (req: Any) => [req.user, req.session.cart],
      login({}),
      (req: Any) => [req.user, req.session.cart],
      (req: Any) => void (req.session.regenerate = (done: () => void) => done()),
    ]
    const { old: before, now } = await sideBySide(old, steps, {}, [authenticator.session()])
    expect(before[1]).toBe('req.session.regenerate is not a function')
    expect(now.map((text) => text.split(' +')[0])).toEqual([
      'null',
      'Ada',
      '["Ada","book"]',
      'Ada',
      '["Ada",null]',
      'ERR_SESSION_RESERVED',
    ])
  })

  it('shows messages of connect-flash once', async () => {
    const steps = [
      (req: Any) => void req.flash('info', 'hello'),
      (req: Any) => req.flash('info'),
      (req: Any) => req.flash('info'),
    ]
    const { old: before, now } = await sideBySide(old, steps, {}, [flash()])
    expect(before).toEqual([`null ${SIGNED}`, `["hello"] ${SIGNED}`, '[]'])
    expect(now).toEqual(['null +session', '["hello"] +session', '[]'])
  })
})

everyBlockRan(page)
