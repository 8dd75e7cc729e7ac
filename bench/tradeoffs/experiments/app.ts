/** The process of one instance of the app of all experiments: its settings come as JSON, and its port goes back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import express, { type ErrorRequestHandler, type Request } from 'express'
import { CONTENDERS, type Contender } from '../../contenders/servers.js'
import { COOKIE } from '../../contenders/settings.js'
import { serveForParent } from '../../measure/process.js'
import type { BackendName } from '../outcome.js'

/** How an instance of the app is to be. What is left out is as the backend has it. */
export interface Settings {
  readonly backend: BackendName
  /** Of the store. */
  readonly url?: string
  /** Secrets, the one that signs or seals first. */
  readonly keys?: readonly string[]
  /** For express-session only: a cookie that ends with the browser, as is its default. */
  readonly withoutMaxAge?: boolean
  /** For sealed-session only. */
  readonly logoutGuard?: boolean
  /** For sealed-session only: with a list of ended sessions and a `notBefore` of each user, in the app's memory. */
  readonly validate?: boolean
}

/** What an app can end all sessions of a user with. */
export interface Everywhere {
  /**
   * - `list`: the store lists everybody's sessions, and the app picks the user's
   * - `query`: the database deletes the user's sessions, whose rows it can look into
   * - `validate`: the middleware asks the app about each session that comes
   * - `ids`: the store ends a session whose id the app has kept, and cannot find one
   * - `nothing`: no session can be ended but the request's own
   */
  readonly by: 'list' | 'query' | 'validate' | 'ids' | 'nothing'
  /** Sessions that the app has read to find those of the user. */
  readonly read: number
}

/** What all packages have in common; the methods are those of express-session, and sealed-session has them, too. */
interface AnySession {
  user?: string | undefined
  id?: string
  regenerate?(done: (error?: unknown) => void): void
  destroy?(done: (error?: unknown) => void): void
  save?(done: (error?: unknown) => void): void
  [field: string]: unknown
}

/** What a handler of the page of ten does beside the session, as long as a query to a database, in milliseconds. */
const WORK = 50
const TEXT = 'the quick brown fox jumps over the lazy dog '

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings
/** Requests that wait until all that are waited for have arrived, so that "at once" and "late" do not depend on luck. */
let held: (() => void)[] = []
/** What the recipes for ending sessions keep in Redis, kept in memory: one instance is all that asks. */
const killed = new Set<string>()
const notBefore = new Map<string, number>()
/** How often `validate` was asked: each time is a look-up in the database of a real app. */
let asked = 0

const app = express()
// For whoever drives the experiment: before the session's middleware, to work without its store.
app.post('/control/arrived', async (req, res) => {
  while (held.length < Number(param(req, 'count'))) await sleep(2)
  res.send('arrived')
})
app.post('/control/release', (_req, res) => {
  for (const resolve of held) resolve()
  held = []
  res.send('released')
})
app.get('/control/asked', (_req, res) => void res.json(asked))

app.use(await middleware(settings))
// What changes the session is a POST, so that a proxy does not try it twice.
app.post('/sign-in', async (req, res) => {
  const user = param(req, 'user')
  // A session that began in the second of the ending would be taken for an older one.
  while (seconds() <= (notBefore.get(user) ?? 0)) await sleep(50)
  await call(sessionOf(req), 'regenerate')
  sessionOf(req).user = user
  res.send('welcome')
})
app.post('/log-out', async (req, res) => {
  await logOut(req)
  res.send('bye')
})
// The shorter way that many apps take with express-session; cookie-session has no other.
app.post('/destroy', async (req, res) => {
  const session = sessionOf(req)
  if (session.destroy) await call(session, 'destroy')
  else Object.assign(req, { session: null })
  res.send('bye')
})
app.post('/log-out-everywhere', async (req, res) => void res.json(await logOutEverywhere(req)))
app.get('/untouched', (_req, res) => void res.send('here'))
app.get('/read', async (req, res) => {
  const data = dataOf(sessionOf(req))
  await hold(req)
  res.json(data)
})
app.get('/user', (req, res) => void res.send(sessionOf(req).user ?? 'nobody'))
app.post('/write', async (req, res) => {
  sessionOf(req)[param(req, 'name')] = param(req, 'value')
  await hold(req)
  res.send('written')
})
app.post('/count', async (req, res) => {
  const session = sessionOf(req)
  const before = Number(session[param(req, 'name')] ?? 0)
  await sleep(WORK)
  session[param(req, 'name')] = before + 1
  res.send('counted')
})
// Text into the session, so that its data are exactly so many bytes of JSON.
app.post('/fill', (req, res) => {
  const session = sessionOf(req)
  session['notes'] = ''
  const left = Number(param(req, 'bytes')) - JSON.stringify(dataOf(session)).length
  session['notes'] = TEXT.repeat(Math.ceil(left / TEXT.length)).slice(0, left)
  res.send('filled')
})
// As Express says: what comes when the answer is on its way is left to its own handler.
app.use(((error, _req, res, next) => {
  if (res.headersSent) next(error)
  else res.status(error.status ?? 500).json({ code: error.code ?? error.name, message: error.message })
}) satisfies ErrorRequestHandler)

const server = await serveForParent(app)
// As a deployment ends it: what is under way is finished.
process.on('SIGTERM', () => server.close(() => process.exit()))

/** The backend's own middleware, with options that it does not have otherwise. */
async function middleware({ backend, url, keys, withoutMaxAge, validate, logoutGuard }: Settings) {
  const contender: Contender = CONTENDERS[backend]
  const isExpressSession = contender.packages.includes('express-session')
  const { maxAge: _, ...withoutEnd } = COOKIE
  const { middleware } = await contender.open(url, {
    ...(keys && (isExpressSession ? { secret: keys } : { keys })),
    ...(withoutMaxAge && { cookie: withoutEnd }),
    ...(logoutGuard !== undefined && { logoutGuard }),
    ...(validate && { validate: isValid }),
  })
  if (!middleware) throw new Error(`${backend} is no middleware`)
  return middleware
}

function isValid({ id, createdAt, user }: { id: string; createdAt: Date; user?: string }): boolean {
  asked++
  if (killed.has(id)) return false
  return user === undefined || createdAt.getTime() / 1000 > (notBefore.get(user) ?? 0)
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}

async function hold(req: Request): Promise<void> {
  if (req.query['hold'] !== undefined) await new Promise<void>((resolve) => held.push(resolve))
}

/** Ends the session of the browser as the package's README does. */
async function logOut(req: Request): Promise<void> {
  const session = sessionOf(req)
  if (!('sessionStore' in req)) {
    if (session.id) killed.add(session.id)
    Object.assign(req, { session: null })
    return
  }
  // The example "user login" of express-session, so that a kept id is nobody's.
  session.user = undefined
  await call(session, 'save')
  await call(session, 'regenerate')
}

interface Store {
  all?(done: (error: unknown, sessions: unknown) => void): void
  destroy(id: string, done: (error?: unknown) => void): void
}

async function logOutEverywhere(req: Request): Promise<Everywhere> {
  const { user } = sessionOf(req)
  if (user === undefined) throw new Error('nobody is signed in')
  if ('sessionStore' in req) return logOutInStore(req.sessionStore as Store, user)
  if (!settings.validate) return { by: 'nothing', read: 0 }
  notBefore.set(user, seconds() + 1)
  return { by: 'validate', read: 0 }
}

async function logOutInStore(store: Store, user: string): Promise<Everywhere> {
  const query = QUERIES[settings.backend]
  if (query) {
    await query(store, user)
    return { by: 'query', read: 0 }
  }
  // An optional method of stores, and the only one that finds a session without its id.
  if (!store.all) return { by: 'ids', read: 0 }
  const listed = await promisify(store.all.bind(store))()
  // Some stores list sessions by their ids, some in an array with the id in each.
  const sessions = Array.isArray(listed)
    ? listed.map((session: { id: string; user?: string }) => [session.id, session] as const)
    : Object.entries(listed as Record<string, { user?: string }>)
  for (const [id, session] of sessions) if (session.user === user) await promisify(store.destroy.bind(store))(id)
  return { by: 'list', read: sessions.length }
}

/**
 * Ends all sessions of a user in a database that looks into them, as somebody would ask who has the table or the
 * collection before them; the stores' own connections are used. None of these questions has an index to help it.
 */
// biome-ignore lint/suspicious/noExplicitAny: the stores have no types
const QUERIES: Readonly<Partial<Record<BackendName, (store: any, user: string) => Promise<unknown>>>> = {
  mysql: (store, user) => store.query(`DELETE FROM sessions WHERE JSON_VALUE(data, '$.user') = ?`, [user]),
  postgresql: (store, user) =>
    promisify(store.query.bind(store) as (sql: string, values: string[], done: () => void) => void)(
      `DELETE FROM session WHERE sess->>'user' = $1`,
      [user],
    ),
  // By default it keeps a session as text.
  mongodb: async (store, user) => (await store.collectionP).deleteMany({ session: { $regex: `"user":"${user}"` } }),
}

/** Throws where there is none: express-session goes on without one when its store says that it has lost connection. */
function sessionOf(req: Request): AnySession {
  const { session } = req as unknown as { session: AnySession | null | undefined }
  if (!session) throw Object.assign(new Error('the request has no session'), { code: 'NO_SESSION' })
  return session
}

/** Does nothing for cookie-session, which has no methods. */
async function call(session: AnySession, method: 'regenerate' | 'destroy' | 'save'): Promise<void> {
  const found = session[method]
  if (found) await promisify(found.bind(session))()
}

/** The data alone. express-session's own cookie is among them. */
function dataOf(session: AnySession): Record<string, unknown> {
  const { cookie: _, ...data } = JSON.parse(JSON.stringify(session))
  return data
}

function param(req: Request, name: string): string {
  return String(req.query[name] ?? '')
}
