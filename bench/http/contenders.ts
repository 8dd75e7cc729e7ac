import type { Express } from 'express'
import { serve, withAwaited, withMiddleware, withoutSession, withSealer } from './app.js'

/** A way to have sessions, set up as its documentation says, for plain HTTP and one secret. */
export interface Contender {
  /** Only when it is this one's turn: some of them patch what others use. */
  load(): Promise<object>
  /** @param module what `load` brings, of whatever version */
  // biome-ignore lint/suspicious/noExplicitAny: most of the modules have no types
  mount(app: Express, module: any): void
}

export const NAMES = [
  'nothing',
  'floor',
  'sealed-session',
  'cookie-session',
  'express-session',
  'client-sessions',
  'iron-session',
] as const
export type Name = (typeof NAMES)[number]

const SECRET = '2ukg162M7n962AungnHVNx2Oak1hxgqa'

export const CONTENDERS: Readonly<Record<Name, Contender>> = {
  nothing: {
    load: async () => ({}),
    mount: (app) => serve(app, withoutSession),
  },
  floor: {
    load: () => import('../sealers/floor.js'),
    mount: (app, { floor }) => serve(app, withSealer(floor)),
  },
  'sealed-session': {
    load: () => import('../../lib/index.js'),
    mount: (app, { session }) => {
      app.use(session({ keys: SECRET, cookie: { secure: false } }))
      serve(app, withMiddleware)
    },
  },
  'cookie-session': {
    load: () => import('cookie-session'),
    mount: (app, { default: cookieSession }) => {
      app.use(cookieSession({ keys: [SECRET], secure: false }))
      serve(app, withMiddleware)
    },
  },
  'express-session': {
    load: () => import('express-session'),
    mount: (app, { default: expressSession }) => {
      const store = new expressSession.MemoryStore()
      app.use(expressSession({ secret: SECRET, resave: false, saveUninitialized: false, store }))
      serve(app, withMiddleware)
    },
  },
  'client-sessions': {
    load: () => import('client-sessions'),
    mount: (app, { default: clientSessions }) => {
      app.use(clientSessions({ secret: SECRET, cookieName: 'session', cookie: { secure: false } }))
      serve(app, withMiddleware)
    },
  },
  'iron-session': {
    load: () => import('iron-session'),
    mount: (app, { getIronSession }) => {
      const options = { password: SECRET, cookieName: 'session', cookieOptions: { secure: false } }
      serve(
        app,
        withAwaited((req, res) => getIronSession(req, res, options)),
      )
    },
  },
}
