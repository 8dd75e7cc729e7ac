import type { Express, Request, Response } from 'express'
import { sessionData } from '../measure/session-data.js'

/** What the app does with the session in a request that is timed. */
export const STEPS = ['untouched', 'read', 'write'] as const
export type Step = (typeof STEPS)[number]

export interface Data {
  passport: { user: string }
  views: number
}

/** Bytes of JSON in the session of somebody who is signed in. */
export const SIZE = 1024
export const DATA = sessionData('nested', SIZE) as unknown as Data
/** The body of every answer that is timed, so that two answers differ by what the contender adds. */
export const USER: string = DATA.passport.user

type Handler = (req: Request, res: Response) => unknown
type Routes = Record<'sign-in' | 'session' | Step, Handler>

/** The app of a contender that is a middleware, mounted already. */
export const withMiddleware: Routes = {
  'sign-in': (req, res) => {
    Object.assign(sessionOf(req), DATA)
    res.send(USER)
  },
  session: (req, res) => res.json(sessionOf(req)),
  untouched: (_req, res) => res.send(USER),
  read: (req, res) => res.send(sessionOf(req).passport.user),
  write: (req, res) => {
    const session = sessionOf(req)
    session.views += 1
    res.send(session.passport.user)
  },
}

/** The same app with a session that is awaited, and saved by hand. */
export function withAwaited(get: (req: Request, res: Response) => Promise<Data & { save(): Promise<void> }>): Routes {
  return {
    ...withMiddleware,
    'sign-in': async (req, res) => {
      const session = await get(req, res)
      Object.assign(session, DATA)
      await session.save()
      res.send(USER)
    },
    session: async (req, res) => res.json(await get(req, res)),
    read: async (req, res) => res.send((await get(req, res)).passport.user),
    write: async (req, res) => {
      const session = await get(req, res)
      session.views += 1
      await session.save()
      res.send(session.passport.user)
    },
  }
}

/** The same app with the least that such a cookie costs, written into its handlers. */
export function withSealer({ seal, open }: Sealer): Routes {
  const get = (req: Request) => {
    const { cookie = '' } = req.headers
    return (cookie === '' ? {} : open(cookie.slice('session='.length))) as Data
  }
  const set = (res: Response, session: Data) =>
    res.setHeader('Set-Cookie', `session=${seal(session)}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax`)
  return {
    ...withMiddleware,
    'sign-in': (_req, res) => {
      set(res, DATA)
      res.send(USER)
    },
    session: (req, res) => res.json(get(req)),
    read: (req, res) => res.send(get(req).passport.user),
    write: (req, res) => {
      const session = get(req)
      session.views += 1
      set(res, session)
      res.send(session.passport.user)
    },
  }
}

interface Sealer {
  readonly seal: (data: object) => string
  readonly open: (token: string) => object
}

/** What all of them are compared with: the same answers, and nothing behind them. */
export const withoutSession: Routes = {
  'sign-in': withMiddleware.untouched,
  session: (_req, res) => res.json({}),
  untouched: withMiddleware.untouched,
  read: withMiddleware.untouched,
  write: withMiddleware.untouched,
}

export function serve(app: Express, routes: Routes): void {
  for (const [path, handler] of Object.entries(routes)) app.get(`/${path}`, handler)
}

function sessionOf(req: Request): Data {
  return req.session as unknown as Data
}
