import { promisify } from 'node:util'
import type { Express, Request, RequestHandler, Response } from 'express'
import { sessionData } from '../measure/session-data.js'
import { BUILT, COOKIE, NAME, SECRET } from './settings.js'

/** What the app does with the session in a request that is timed. */
export const STEPS = ['untouched', 'read', 'write'] as const
export type Step = (typeof STEPS)[number]

/** The body of every answer that is timed, so that two answers differ by what the contender adds. */
export const USER = 'ada'

/** The data of somebody who signs in, in so many bytes of JSON: as apps leave them, unless they are too few for that. */
export function dataOf(size: number): Data {
  return sessionData(size < 300 ? 'flat' : 'nested', size) as unknown as Data
}

export interface Data {
  user?: string
  passport?: { user: string }
  views: number
}

type Handler = (req: Request, res: Response) => unknown
type Routes = Record<'sign-in' | 'session' | Step, Handler>

export type StoreKind = 'redis' | 'memcached' | 'mariadb' | 'mongodb' | 'postgresql'

/** A way to have sessions, set up as its documentation says, for plain HTTP and one secret. */
export interface Contender {
  /** The packages whose versions are recorded. */
  readonly packages: readonly string[]
  /** The server that it needs. */
  readonly server?: StoreKind
  /**
   * Connects, where there is something to connect to. Modules are loaded only then: some patch what others use, and an
   * import is a part of the time to the first answer.
   *
   * @param url of the server that it needs
   * @param options of its middleware, instead of those that all have
   */
  open(url?: string, options?: object): Promise<OpenContender>
}

export interface OpenContender {
  /** What an app mounts; what has none has the session in its routes. */
  readonly middleware?: RequestHandler
  readonly routes?: Routes
  /** Ends the connections. */
  close?(): unknown
}

/** The app, with a session that is there. `save` is for those that do not notice a change by themselves. */
function routesWith(get: (req: Request) => Data, save: (res: Response, session: Data) => void = () => {}): Routes {
  return {
    'sign-in': (req, res) => {
      save(res, Object.assign(get(req), dataOf(Number(req.query['size']))))
      res.send(USER)
    },
    session: (req, res) => res.json(get(req)),
    untouched: (_req, res) => res.send(USER),
    read: (req, res) => res.send(userIn(get(req))),
    write: (req, res) => {
      const session = get(req)
      session.views += 1
      save(res, session)
      res.send(userIn(session))
    },
  }
}

/** The same app with a session that is awaited, and saved by hand. */
function routesAwaiting(get: (req: Request, res: Response) => Promise<Data & { save(): Promise<void> }>): Routes {
  const changed = (change: (req: Request, session: Data) => void) => async (req: Request, res: Response) => {
    const session = await get(req, res)
    change(req, session)
    await session.save()
    res.send(userIn(session))
  }
  return {
    'sign-in': changed((req, session) => Object.assign(session, dataOf(Number(req.query['size'])))),
    session: async (req, res) => res.json(await get(req, res)),
    untouched: (_req, res) => res.send(USER),
    read: async (req, res) => res.send(userIn(await get(req, res))),
    write: changed((_req, session) => {
      session.views += 1
    }),
  }
}

function userIn({ user, passport }: Data): string | undefined {
  return user ?? passport?.user
}

export function mount(app: Express, { middleware, routes = ROUTES }: OpenContender): void {
  if (middleware) app.use(middleware)
  for (const [path, handler] of Object.entries(routes)) app.get(`/${path}`, handler)
}

const ROUTES = routesWith((req) => req.session as unknown as Data)

/** The module of express-session, which has no types here. */
type ExpressSession = typeof import('express-session')

/** As its README recommends: what has not changed is not saved, and neither is a session without data. */
function expressSession(
  packages: readonly string[],
  server: StoreKind | undefined,
  connect: (url: string, module: ExpressSession) => Promise<{ store: unknown; close?(): unknown }>,
): Contender {
  return {
    packages: ['express-session', ...packages],
    ...(server && { server }),
    async open(url = '', options) {
      const { default: session } = await import('express-session')
      const { store, close } = await connect(url, session)
      const usual = { secret: SECRET, store, cookie: COOKIE, resave: false, saveUninitialized: false }
      return { middleware: session({ ...usual, ...options }), ...(close && { close }) }
    },
  }
}

const memory = expressSession([], undefined, async (_url, { MemoryStore }) => ({ store: new MemoryStore() }))

const sealedSession: Contender = {
  packages: [],
  async open(_url, options) {
    const { default: session } = await import(BUILT)
    // Its other defaults are those of `COOKIE`.
    return { middleware: session({ keys: SECRET, cookie: { secure: false }, ...options }) }
  },
}

export const CONTENDERS = {
  /** What all are compared with: the same answers, and nothing behind them. */
  nothing: {
    packages: [],
    open: async () => ({ routes: routesWith(() => ({ user: USER, views: 1 })) }),
  },
  /** The least that such a cookie costs, written into the handlers. */
  floor: {
    packages: [],
    async open() {
      const { floorCookie, inFloorCookie } = await import('./floor.js')
      const get = (req: Request) => inFloorCookie(req.headers.cookie) as unknown as Data
      return { routes: routesWith(get, (res, data) => res.setHeader('Set-Cookie', floorCookie(data))) }
    },
  },
  'sealed-session': sealedSession,
  'cookie-session': {
    packages: ['cookie-session'],
    async open(_url, options) {
      const { default: session } = await import('cookie-session')
      return { middleware: session({ keys: [SECRET], ...COOKIE, ...options }) }
    },
  },
  'express-session': memory,
  'client-sessions': {
    packages: ['client-sessions'],
    async open() {
      const { default: session } = await import('client-sessions')
      return { middleware: session({ secret: SECRET, cookieName: NAME, cookie: { secure: false } }) }
    },
  },
  'iron-session': {
    packages: ['iron-session'],
    async open() {
      const { getIronSession } = await import('iron-session')
      const options = { password: SECRET, cookieName: NAME, cookieOptions: { secure: false } }
      return { routes: routesAwaiting((req, res) => getIronSession(req, res, options)) }
    },
  },
  memory,
  redis: expressSession(['connect-redis', 'redis'], 'redis', async (url) => {
    const [{ RedisStore }, { createClient }] = await Promise.all([import('connect-redis'), import('redis')])
    const client = createClient({ url })
    // Without a listener, a lost connection would end the process. The client connects again by itself.
    client.on('error', () => {})
    await client.connect()
    return { store: new RedisStore({ client }), close: () => client.destroy() }
  }),
  memcached: expressSession(['connect-memcached'], 'memcached', async (url, module) => {
    const { default: connect } = await import('connect-memcached')
    const Store = connect(module)
    // `memcached://127.0.0.1:11211`; the client knows no URLs.
    const store = new Store({ hosts: [new URL(url).host] })
    await promisify(store.client.version.bind(store.client))()
    return { store, close: () => store.client.end() }
  }),
  mysql: expressSession(['express-mysql-session', 'mysql2'], 'mariadb', async (url, module) => {
    const [{ default: connect }, { createPool }] = await Promise.all([
      import('express-mysql-session'),
      import('mysql2/promise'),
    ])
    const Store = connect(module)
    const store = new Store({ endConnectionOnClose: true }, createPool(url))
    await store.onReady()
    return { store, close: () => store.close() }
  }),
  mongodb: expressSession(['connect-mongo', 'mongodb'], 'mongodb', async (url) => {
    const [{ default: MongoStore }, { MongoClient }] = await Promise.all([import('connect-mongo'), import('mongodb')])
    const client = await MongoClient.connect(url)
    return { store: MongoStore.create({ client }), close: () => client.close() }
  }),
  postgresql: expressSession(['connect-pg-simple', 'pg'], 'postgresql', async (url, module) => {
    const [{ default: connect }, { default: pg }] = await Promise.all([import('connect-pg-simple'), import('pg')])
    const pool = new pg.Pool({ connectionString: url })
    // Without a listener, the end of an idle connection would end the process. The pool opens another when it needs one.
    pool.on('error', () => {})
    const Store = connect(module)
    const store = new Store({ pool, createTableIfMissing: true })
    // It makes its table before its first query, so this is one that finds nothing.
    await promisify(store.get.bind(store))('nobody')
    return { store, close: () => Promise.all([store.close(), pool.end()]) }
  }),
} as const satisfies Readonly<Record<string, Contender>>

export type Name = keyof typeof CONTENDERS

/** Those of which an app chooses the package; what keeps sessions in a store is another choice. */
export const PACKAGES = [
  'nothing',
  'floor',
  'sealed-session',
  'cookie-session',
  'express-session',
  'client-sessions',
  'iron-session',
] as const satisfies readonly Name[]
