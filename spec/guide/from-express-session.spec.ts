import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import expressSessions from 'express-session'
import { compactDecrypt, importJWK } from 'jose'
import passport from 'passport'
import { afterEach, describe, expect, it } from 'vitest'
import session, { KeyRing } from '../../lib/index.js'
import { expressSession } from '../../lib/migrate/index.js'
import { startClock, stopClock } from '../support/clock.js'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'
import { appOf, changeOf, countedBy, moveIn, type Step, sideBySide, visit } from '../support/moving.js'
import { REPOSITORY } from '../support/script.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const page = examplesOf('spec/guide/from-express-session.md')
const OLD_KEY = 'the old key'
const oldWith = (options: object = {}) =>
  expressSessions({ secret: OLD_KEY, resave: false, saveUninitialized: false, ...options })
const logIn: Step = (req) => void (req.session.user = 'Ada')
const user: Step = (req) => req.session.user
/** Without what the browser is told. */
const bodies = (seen: string[]) => seen.map((text) => text.split(' ')[0])

const warnings = catchWarnings()

/** The code of a store that has one session, and the cookie of that. */
function stored(record: object): { store: string; cookie: string } {
  const store = `
    import { createRequire } from 'node:module'
    const { MemoryStore } = createRequire(import.meta.url)('express-session')
    export const store = new MemoryStore()
    store.set('the-id', ${JSON.stringify(record)})`
  const signature = createHmac('sha256', OLD_KEY).update('the-id').digest('base64').replace(/=+$/, '')
  return { store, cookie: `connect.sid=${encodeURIComponent(`s:the-id.${signature}`)}` }
}

/** The idle timeout that a response gave its session, in seconds. */
async function ttlOf(response: Response): Promise<unknown> {
  const [, token = ''] = cookieOf(response).split('=')
  const [jwk] = KeyRing.from(SECRET)
    .exportFor('session')
    .keys.filter(({ alg }) => alg === 'A256GCM')
  const { plaintext } = await compactDecrypt(token, await importJWK({ ...jwk }))
  return JSON.parse(new TextDecoder().decode(plaintext)).ttl
}

describe('the programs of the page about express-session', () => {
  it('the change leaves a handler as it is', async () => {
    const change = changeOf(page)
    const store = new expressSessions.MemoryStore()
    expect(await countedBy(appOf(change, '-', { session: expressSessions, store }))).toEqual([1, 2])
    expect(await countedBy(appOf(change, '+', { session, store }))).toEqual([1, 2])
    expect(() => appOf(change, '-', { session, store })).toThrow(expect.objectContaining({ name: 'SessionError' }))
  })

  it('users stay signed in, and data under a reserved name get another', async () => {
    const { store, cookie } = stored({ cookie: {}, passport: { user: 'Ada' }, cart: [7], createdAt: 1 })
    writeFileSync(join(page.folder, 'store.js'), store)
    const moved = await moveIn(page, 'A whole program', cookie)
    const known = JSON.stringify({ passport: { user: 'Ada' }, cart: [7], loggedInAt: 1 })
    expect(moved).toEqual({ body: known, later: known, removed: ['connect.sid'] })
  })

  it.each([
    [30, 30 * 24 * 3600],
    [0.5, undefined],
  ])('a session that was to last %d days has an idle timeout of %s seconds of its own', async (days, expected) => {
    const cookieOfRecord = { originalMaxAge: days * 24 * 3_600_000 }
    const { store, cookie } = stored({ cookie: cookieOfRecord, user: 'Ada', __lastAccess: 1 })
    writeFileSync(join(page.folder, 'store.js'), store)
    await page.serve(page.fileOf('A whole program', 1), async (origin) => {
      const first = await fetch(origin, { headers: { cookie } })
      expect(await first.json()).toEqual({ user: 'Ada', oldId: 'the-id' })
      expect(await ttlOf(first)).toBe(expected)
    })
  })

  it.each([
    ['stays, where the app ends only the new one', 0, { user: 'Ada' }],
    ['ends in the store as well, where the app says so', 1, {}],
  ])('by a log-out, the old session of a copied connect.sid %s', async (_what, program, left) => {
    const { store, cookie } = stored({ cookie: {}, user: 'Ada' })
    writeFileSync(join(page.folder, 'store.js'), store)
    await page.serve(page.fileOf('A whole program', program), async (origin) => {
      const moved = cookieOf(await fetch(origin, { headers: { cookie } }))
      const logout = { method: 'POST', redirect: 'manual', headers: { cookie: moved } } as const
      expect((await fetch(`${origin}/logout`, logout)).status).toBe(303)
      expect(await (await fetch(origin, { headers: { cookie } })).json()).toEqual(left)
    })
  })
})

describe('beside an app with express-session, the same app', () => {
  it.each([
    [{ store: {} }, 'there is no store'],
    [{ resave: false }, 'Leave it out'],
    [{ genid: () => 'x' }, 'Leave it out'],
    [{ saveUninitialized: true }, 'Leave it out'],
    [{ rolling: false }, '"slide"'],
    [{ unset: 'keep' }, 'Leave it out'],
    [{ proxy: true }, 'app.set("trust proxy", 1)'],
    [{ cookie: { sameSite: 'auto' } }, "{ sameSite: 'none', secure: true, partitioned: true }"],
    [{ cookie: { partitioned: true } }, 'needs cookie.secure: true'],
    [{ cookie: { expires: new Date() } }, 'idleTimeout'],
    [{ cookie: { encode: String } }, 'Leave it out'],
    [{ cookie: { maxAge: 8 * 24 * 3_600_000 } }, 'raise absoluteTimeout'],
  ])('does not start with %o, and is told what to do', (options: Any, advice) => {
    expect(() => session({ keys: SECRET, ...options })).toThrow(advice)
  })

  it('ends the session by null and by delete, which keeps it there', async () => {
    for (const end of [(req: Any) => void (req.session = null), (req: Any) => void delete req.session]) {
      expect(await sideBySide(oldWith(), [logIn, end, user])).toEqual({
        old: ['null +connect.sid', 'null', 'Ada'],
        now: ['null +session', 'null -session +session.ended', 'null'],
      })
    }
  })

  it('has no id behind destroy()', async () => {
    const destroy: Step = (req) => new Promise((done) => req.session.destroy(() => done(typeof req.sessionID)))
    const { old, now } = await sideBySide(oldWith(), [logIn, destroy])
    expect([bodies(old)[1], bodies(now)[1]]).toEqual(['string', 'undefined'])
  })

  it('does not fail to reload a session that was ended elsewhere', async () => {
    const reload: Step = async (req) => {
      await new Promise((done) => (req.sessionStore ? req.sessionStore.destroy(req.sessionID, done) : done(null)))
      return new Promise((done) => req.session.reload((error?: Error) => done(error?.message ?? 'fine')))
    }
    const { old, now } = await sideBySide(oldWith(), [logIn, reload])
    expect([old[1], now[1]]).toEqual(['failed to load session', 'fine'])
  })

  it('loses what changes after the first byte, and says so', async () => {
    const stream: Step = async (req, res) => {
      res.type('json').write('"')
      req.session.user = 'Eve'
      const saved = await new Promise((done) => req.session.save((error?: Any) => done(error?.code ?? 'saved')))
      res.end(`${saved}"`)
    }
    expect(await sideBySide(oldWith(), [logIn, stream, user])).toEqual({
      old: ['null +connect.sid', 'saved', 'Eve'],
      now: ['null +session', 'ERR_SESSION_HEADERS_SENT', 'Ada'],
    })
    expect(warnings.codes()).toContain('SESSION_WARN_LATE')
  })

  it('has another id in each request of a visitor without data', async () => {
    const id: Step = (req) => req.sessionID
    const { old, now } = await sideBySide(oldWith({ saveUninitialized: true }), [id, id])
    expect(new Set(bodies(old)).size).toBe(1)
    expect(new Set(bodies(now)).size).toBe(2)
  })

  it('refuses an id, and data under the names of members, though an old session may have them', async () => {
    const steps: Step[] = [
      (req) => void (req.sessionID = 'mine'),
      ...['createdAt', 'expiresAt', 'rejected', 'size', 'isNew', 'isChanged', 'isPopulated'].map(
        (name) => (req: Any) => void (req.session[name] = 1),
      ),
    ]
    const { old, now } = await sideBySide(oldWith(), steps)
    expect(new Set(bodies(old))).toEqual(new Set(['null']))
    expect(new Set(now)).toEqual(new Set(['ERR_SESSION_RESERVED']))
  })

  it('has nothing but data to list, and neither a store nor a request', async () => {
    const list: Step = (req) => [Object.keys(req.session), typeof req.sessionStore, typeof req.session.req]
    const { old, now } = await sideBySide(oldWith(), [logIn, list])
    expect([old[1], now[1]]).toEqual(['[["cookie","user"],"object","object"]', '[["user"],"undefined","undefined"]'])
  })

  it('is not signed out by res.clearCookie() of the old name', async () => {
    const clear: Step = (_req, res) => void res.clearCookie('connect.sid')
    const { old, now } = await sideBySide(oldWith(), [logIn, clear, user])
    expect([old[2], now[2]]).toEqual(['null', 'Ada'])
  })

  it('stops at a second session middleware, but for express-session, which does nothing there', async () => {
    const ours = (name: string) => session({ name, keys: SECRET })
    expect(await visit([oldWith(), oldWith({ name: 'b' })], [logIn])).toEqual(['null +connect.sid'])
    expect(await visit([oldWith(), ours('b')], [logIn])).toEqual(['ERR_SESSION_DUPLICATE'])
    expect(await visit([ours('a'), oldWith()], [logIn])).toEqual(['null +a'])
  })

  afterEach(startClock)

  it('sets a lifetime for one session, but not one that is over, and no attribute', async () => {
    // express-session counts down what it tells.
    stopClock()
    const attributes = {
      ...{ secure: true, path: '/', domain: 'a.test', httpOnly: false, sameSite: 'none' },
      ...{ partitioned: true, priority: 'high' },
    }
    const steps: Step[] = [
      logIn,
      (req) => void (req.session.cookie.maxAge = 3_600_000),
      (req) => req.session.cookie.originalMaxAge,
      (req) => void (req.session.cookie.maxAge = 5),
      (req) => void (req.session.cookie.expires = new Date(0)),
      ...Object.entries(attributes).map(
        ([name, value]) =>
          (req: Any) =>
            void (req.session.cookie[name] = value),
      ),
      (req) => [typeof req.session.cookie.data, typeof req.session.cookie.serialize],
      (req) => Object.keys(JSON.parse(JSON.stringify(req.session.cookie))),
    ]
    const { old, now } = await sideBySide(oldWith(), steps)
    expect(bodies(old).slice(0, 12)).toEqual(steps.slice(0, 12).map((_, index) => (index === 2 ? '3600000' : 'null')))
    // Only here, a lifetime without other changes reaches the browser.
    expect([old[1], now[1]]).toEqual(['null', 'null +session'])
    expect(bodies(old)[12]).toBe('["object","function"]')
    expect(bodies(old)[13]).toContain('"originalMaxAge","expires"')
    expect(bodies(now)).toEqual([
      ...['null', 'null', '3600000', 'ERR_SESSION_OPTIONS', 'ERR_SESSION_OPTIONS'],
      ...Array(7).fill('ERR_SESSION_RESERVED'),
      ...['["undefined","undefined"]', '["path","httpOnly","secure","sameSite","partitioned"]'],
    ])
  })

  it('takes a function for the cookie, which may not return maxAge', async () => {
    const cookie = () => ({ path: '/', maxAge: 60_000 })
    const seen = await sideBySide(oldWith({ cookie }), [logIn], { cookie: cookie as Any })
    expect(seen).toEqual({ old: ['null +connect.sid'], now: ['ERR_SESSION_OPTIONS'] })
  })

  it('is nothing that a store could be made of', () => {
    const storeOf = (given: Any) => class extends given.Store {}
    expect(() => storeOf(expressSessions)).not.toThrow()
    expect(() => storeOf(session)).toThrow('Class extends value undefined')
    // session-file-store does it like this.
    const oldStyle = (given: Any) => Object.setPrototypeOf(() => {}, given.Store.prototype)
    expect(() => oldStyle(expressSessions)).not.toThrow()
    expect(() => oldStyle(session)).toThrow("Cannot read properties of undefined (reading 'prototype')")
  })

  it('has a user in Passport who was logged in before', async () => {
    const authenticator = new passport.Passport()
    authenticator.serializeUser((one, done) => done(null, one))
    authenticator.deserializeUser((one, done) => done(null, one as Any))
    const store = new expressSessions.MemoryStore()
    const cookie = `connect.sid=s:the-id.${createHmac('sha256', OLD_KEY).update('the-id').digest('base64').replace(/=+$/, '')}`
    store.set('the-id', { cookie: {}, passport: { user: 'Ada' } } as Any)
    const bring = (req: Any, _res: Any, next: () => void) => {
      req.headers.cookie ??= cookie
      next()
    }
    const moved = session({ keys: SECRET, migrateFrom: [expressSession({ store, secret: OLD_KEY })] })
    const whoIsIt: Step = (req) => req.user
    const seen = await visit([bring, moved, authenticator.session()], [whoIsIt, whoIsIt])
    expect(seen).toEqual(['Ada +session -connect.sid', 'Ada'])
  })
})

describe('a program that was typed for express-session, or for cookie-session', () => {
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--pretty',
    'false',
    '--types',
    'node',
  ]

  /** The lines that do not compile, with the codes of their errors. */
  function mistakesIn(program: string): Record<string, string> {
    const lines = program.split('\n').map((line) => line.trim())
    const file = join(page.folder, 'typed.ts')
    writeFileSync(file, lines.join('\n'))
    const compiler = join(REPOSITORY, 'node_modules/.bin/tsc')
    const { stdout } = spawnSync(compiler, [...options, file], { encoding: 'utf8', cwd: page.folder })
    const found = [...stdout.matchAll(/^typed\.ts\((\d+),\d+\): error (TS\d+)/gm)]
    return Object.fromEntries(found.map(([, line, code = '']) => [lines[Number(line) - 1], code]))
  }

  it('is told what the pages tell', () => {
    const mistakes = mistakesIn(`
      import express from 'express'
      import session from 'sealed-session'
      declare module 'sealed-session' { interface SessionData { views: number } }
      declare module 'express-session' { interface SessionData { views: number } }
      declare module 'express-session-that-is-gone' { interface SessionData { views: number } }
      declare global { namespace Express { interface Request { session: { views: number } } } }
      export const options: session.SessionOptions = { keys: [] }
      export const viewsOf = ({ session: { views } }: { session: session.Session & session.SessionData }): number => views
      export const store = new session.MemoryStore()
      export type Store = session.Store
      express().get('/', ({ session, ...req }) => {
        session.cookie.maxAge = null
        const left: number | undefined = session.cookie.maxAge ?? undefined
        session!.views = session?.views ?? left
        session.user = 'Ada'
        session.save((error) => console.log(error))
        session.save((error: Error) => console.log(error))
        session.cookie.originalMaxAge = 1
        session.cookie.secure = true
        req.sessionOptions.maxAge = 1
      })
      express().get('/left', ({ session }) => {
        const left: number | undefined = session.cookie.maxAge
        console.log(left)
      })`)
    expect(mistakes).toEqual({
      "declare module 'express-session-that-is-gone' { interface SessionData { views: number } }": 'TS2664',
      "declare module 'express-session' { interface SessionData { views: number } }": 'TS2665',
      'declare global { namespace Express { interface Request { session: { views: number } } } }': 'TS2717',
      'export const store = new session.MemoryStore()': 'TS2339',
      'export type Store = session.Store': 'TS2694',
      "session.user = 'Ada'": 'TS2339',
      'session.cookie.secure = true': 'TS2540',
      'req.sessionOptions.maxAge = 1': 'TS2339',
      'const left: number | undefined = session.cookie.maxAge': 'TS2322',
    })
  })
})

everyBlockRan(page)
