import { fileURLToPath } from 'node:url'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express'
import { rolldown } from 'rolldown'
import { SessionError } from '../../lib/index.js'
import { afterControls, controls, firstVisit, serverActions, sessionActions, togetherActions } from './actions.js'
import { cookieLab } from './cookie-lab.js'
import { cookieIn, fence, Refusal } from './http.js'
import { page, SECURITY } from './page/page.js'
import { type Problem, problemOf } from './problems.js'
import type { States } from './state.js'
import { thief } from './thief.js'
import { type View, viewOf } from './view.js'
import { newVisitors, type Playground, type VisitorsOptions } from './visitors.js'

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

type Draw = (view: View) => string

/**
 * The playground as an Express app that listens nowhere yet. Only the other side of each visitor does, on a port of its
 * own.
 *
 * @param draw makes the page; by default in HTML
 */
export function createApp(options: AppOptions, draw: Draw = (view) => page(view).text): PlaygroundApp {
  const restart = () => options.restart?.(visitors.states())
  const visitors = newVisitors({ ...options, routesOf: (playground) => routes(playground, restart, draw) })
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(
    (_req, res, next) => {
      res.set(SECURITY)
      next()
    },
    fence(options.names ?? []),
  )
  app.get('/script.js', async (_req, res) => {
    res
      .set('Cache-Control', 'no-store')
      .type('js')
      .send(await compiledScript())
  })
  app.use(visitors.handle)
  return { app, close: visitors.close }
}

function routes(playground: Playground, restart: () => void, draw: Draw): RequestHandler {
  const { wire, sessions, steps } = playground
  const show = showing(playground, draw)
  /** The page, with what went wrong on it, and the session as it still is. */
  const showProblem: ErrorRequestHandler = async (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error)
    const problem = problemOf(error)
    if (problem.status >= 500) console.error(error)
    steps.fail(req, error instanceof SessionError ? error.code : error instanceof Error ? error.name : 'an error')
    // Also what failed in front of the sessions shows one.
    await new Promise<void>((resolve, reject) => {
      sessions.middleware(req, res, (failure?: unknown) => (failure ? reject(failure) : resolve()))
    })
    await req.session?.reload()
    await show(problem)(req, res, next)
  }
  return Router()
    .use(wire.listen, express.urlencoded({ extended: false, limit: '64kb' }))
    .use(serverActions(playground, restart), cookieLab(playground), controls(playground))
    .use(sessions.middleware)
    .get('/', firstVisit(playground), show())
    .use(afterControls(playground), sessionActions(playground), togetherActions(playground), thief(playground))
    .use((req) => {
      throw new Refusal(`There is no ${req.path.slice(0, 80)} here: the playground is one page.`, 404)
    })
    .use(showProblem)
}

function showing(playground: Playground, draw: Draw): (problem?: Problem) => RequestHandler {
  const { other, sessions, steps } = playground
  return (problem) => async (req, res) => {
    const theirs = await other.look()
    // Both are asked for before the head leaves, so that they are opened, and this is among the events.
    void req.session.isPopulated
    if (cookieIn(req.headers.cookie, sessions.names.session) === undefined) {
      sessions.rejectedElsewhere(req, req.headers.cookie)
    }
    steps.show(req, res, problem?.status ?? 200, () => {
      if (problem === undefined) steps.settle(req, res, theirs)
      return draw(viewOf(playground, req, res, theirs.seen, problem))
    })
  }
}

let compiled: Promise<string> | undefined

/** The page's script, compiled once for the process. */
export function compiledScript(): Promise<string> {
  compiled ??= compile(fileURLToPath(new URL('./page/script.ts', import.meta.url)))
  return compiled
}

async function compile(input: string): Promise<string> {
  const bundle = await rolldown({ input, platform: 'browser', logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'esm' }).finally(() => bundle.close())
  return output[0].code
}
