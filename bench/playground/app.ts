import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express'
import { SessionError } from '../../lib/index.js'
import { firstVisit } from './actions/first.js'
import { afterControls, controls } from './actions/keys.js'
import { serverActions } from './actions/server.js'
import { sessionActions } from './actions/session.js'
import { togetherActions } from './actions/together.js'
import { cookieLab } from './cookie-lab.js'
import { fence } from './fence.js'
import { cookieIn } from './jar.js'
import { viewOf } from './look.js'
import { securityHeaders } from './page/headers.js'
import { page } from './page/index.js'
import type { Playground } from './playground.js'
import { problemOf } from './problems.js'
import { Refusal } from './refusal.js'
import { script } from './script.js'
import type { States } from './state.js'
import { thief, who } from './thief.js'
import type { Problem, View } from './view.js'
import { Visitors, type VisitorsOptions } from './visitors.js'

export interface AppOptions extends Omit<VisitorsOptions, 'routesOf'> {
  /** By which names it may be called beside localhost. */
  readonly names?: readonly string[]
  /** Ends this process and starts another one with these states. */
  readonly restart?: (states: States) => void
}

export interface PlaygroundApp {
  readonly app: Express
  close(): void
}

/**
 * The playground as an Express app that listens nowhere yet. Only the other side of each visitor does, on a port of its
 * own.
 *
 * @param draw makes the page; by default in HTML
 */
export function createApp(options: AppOptions, draw = (view: View): string => page(view).text): PlaygroundApp {
  const restart = () => options.restart?.(visitors.states)
  const routesOf = (playground: Playground) => routes(playground, restart, draw)
  const visitors = new Visitors({ ...options, routesOf })
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(securityHeaders, fence(options.names ?? []))
  app.get('/script.js', script)
  app.use(visitors.handle)
  return { app, close: () => visitors.close() }
}

/** What one browser can ask for. */
function routes(playground: Playground, restart: () => void, draw: (view: View) => string): RequestHandler {
  const { wire, sessions } = playground
  const show = showing(playground, draw)
  const router = Router()
  router.use(wire.listen, express.urlencoded({ extended: false, limit: '64kb' }))
  router.use(serverActions(playground, restart), cookieLab(playground), controls(playground))
  router.use(sessions.middleware)
  router.get('/', firstVisit(playground), (req, res) => show(req, res, 200))
  router.use(afterControls(playground), sessionActions(playground), togetherActions(playground))
  router.use(thief(playground), who(playground))
  router.use((req) => {
    throw new Refusal(`There is no ${req.path.slice(0, 80)} here: the playground is one page.`, 404)
  })
  router.use(showProblem(playground, show))
  return router
}

type Show = (req: Request, res: Response, status: number, problem?: Problem) => Promise<void>

function showing(playground: Playground, draw: (view: View) => string): Show {
  const { other, sessions, pending, answers } = playground
  return async (req, res, status, problem) => {
    const theirs = await other.look()
    // Both are asked for before the head leaves, so that they are opened, and this is among the events.
    void req.session.isPopulated
    if (cookieIn(req.headers.cookie, sessions.names.session) === undefined) {
      sessions.rejectedElsewhere(req, req.headers.cookie)
    }
    await answers.show(req, res, status, () => {
      if (problem === undefined) pending.settle(req, res, theirs)
      return draw(viewOf(playground, req, res, theirs.seen, problem))
    })
  }
}

/** The page, with what went wrong on it, and the session as it still is. */
function showProblem({ sessions, steps }: Playground, show: Show): ErrorRequestHandler {
  return async (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error)
    const problem = problemOf(error)
    if (problem.status >= 500) console.error(error)
    steps.fail(req, error instanceof SessionError ? error.code : nameOf(error))
    await mounted(sessions.middleware, req, res)
    await req.session?.reload()
    await show(req, res, problem.status, problem)
  }
}

/** Also what failed in front of the sessions shows one. */
function mounted(middleware: RequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    middleware(req, res, (error?: unknown) => (error ? reject(error) : resolve()))
  })
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'an error'
}
