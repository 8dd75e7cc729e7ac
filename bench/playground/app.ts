import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express'
import { rolldown } from 'rolldown'
import { SessionError } from '../../lib/index.js'
import { firstVisit, inFront, onSession, overlapping, serverActions, thiefActions } from './actions.js'
import { newGates } from './deeds.js'
import { type Asked, type AskOwn, ask, cookieIn, cookiesAfter, fence, Refusal, setCookie, TICKET } from './http.js'
import { newOtherSide, OTHER_PATH } from './other.js'
import { page, SECURITY } from './page/page.js'
import { type Problem, problemOf } from './problems.js'
import { newRecord } from './record.js'
import { newSessions } from './sessions.js'
import type { State, States } from './state.js'
import { type View, viewOf } from './view.js'

/** So many browsers have a playground at the same time. The next takes the place of the one that was away longest. */
const MOST = 20

interface AppOptions {
  readonly states: States
  /** Whether it is served over HTTPS. */
  readonly isSecure?: boolean
  /** By which names it may be called beside localhost. */
  readonly names?: readonly string[]
  /** How long overlapping requests are held at most, in milliseconds. */
  readonly patience?: number
  /** Ends this process and starts another one with these states. */
  restart(states: States): void
}

type Draw = (view: View) => string

/** What the routes have in common. Each browser has one of its own, and sees nothing of the others. */
export type Playground = ReturnType<typeof newPlayground>

function newPlayground(state: State, askOwn: AskOwn, isSecure: boolean, patience: number) {
  const sessions = newSessions(state, isSecure)
  const other = newOtherSide(state, askOwn, patience)
  const record = newRecord(state, sessions, other)
  return { state, askOwn, sessions, other, record, gates: newGates(patience), patience }
}

/**
 * The playground as an Express app that listens nowhere yet. Each browser has one of its own: its session, log, keys,
 * thief, and sessions in express-session.
 *
 * @param draw makes the page; by default in HTML
 */
export function createApp(options: AppOptions, draw: Draw = (view) => page(view).text): Express {
  const { states, isSecure = false, names = [], patience = 3000 } = options
  const name = isSecure ? `__Host-Http-${TICKET}` : TICKET
  /** Where this server is found, as a request came to it. */
  let address: Pick<Asked, 'host' | 'port' | 'headers'> = {}
  /** By id, the one that came last at the end. */
  const visitors = new Map(Object.entries(states.known ?? {}).map(([id, state]) => [id, newVisitor(id, state)]))

  function newVisitor(id: string, state: State) {
    // The server knows by the ticket for whom it is asked.
    const askOwn: AskOwn = (path, cookie = '', how = {}) => {
      const headers = { ...address.headers, ...how.headers, cookie: `${name}=${id}; ${cookie}` }
      return ask({ ...address, ...how, path, headers }, isSecure)
    }
    return { state, routes: routes(newPlayground(state, askOwn, isSecure, patience), restart, draw) }
  }

  function restart(): void {
    const each = [...visitors].map(([id, { state }]) => [id, state] as const)
    options.restart({ ...states, known: Object.fromEntries(each) })
  }

  const visit: RequestHandler = (req, res, next) => {
    const { localAddress: host, localPort: port } = req.socket
    address = { host, port, headers: { host: req.headers.host } }
    const came = cookieIn(req.headers.cookie, name) ?? ''
    const found = visitors.get(came)
    const id = found ? came : randomBytes(16).toString('base64url')
    const visitor = found ?? newVisitor(id, structuredClone(states.first))
    visitors.delete(id)
    visitors.set(id, visitor)
    for (const oldest of [...visitors.keys()].slice(0, -MOST)) visitors.delete(oldest)
    if (!found) res.append('Set-Cookie', setCookie(isSecure, name, id))
    // What a session costs is counted without it.
    const cookie = cookiesAfter(req.headers.cookie, [`${name}=; Max-Age=0`])
    if (cookie === undefined) delete req.headers.cookie
    else req.headers.cookie = cookie
    visitor.routes(req, res, next)
  }

  const app = express().disable('x-powered-by').disable('etag')
  app.use((_req, res, next) => {
    res.set(SECURITY)
    next()
  }, fence(names))
  app.get('/script.js', async (_req, res) => {
    const script = await compiledScript()
    res.set('Cache-Control', 'no-store').type('js').send(script)
  })
  return app.use(visit)
}

function routes(playground: Playground, restart: () => void, draw: Draw): RequestHandler {
  const { other, record, sessions } = playground
  const show = showing(playground, draw)
  /** The page, with what went wrong on it, and the session as it still is. */
  const showProblem: ErrorRequestHandler = async (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error)
    const problem = problemOf(error)
    if (problem.status >= 500) console.error(error)
    record.fail(req, error instanceof SessionError ? error.code : error instanceof Error ? error.name : 'an error')
    // Also what failed in front of the sessions shows one.
    await sessions.attach(req, res)
    await req.session?.reload()
    await show(problem)(req, res, next)
  }
  return Router()
    .use(OTHER_PATH, other.app)
    .use(record.listen, express.urlencoded({ extended: false, limit: '64kb' }))
    .use(serverActions(playground, restart), inFront(playground))
    .use(sessions.middleware)
    .get('/', firstVisit(playground), show())
    .use(onSession(playground), overlapping(playground), thiefActions(playground))
    .use((req) => {
      throw new Refusal(`There is no ${req.path.slice(0, 80)} here: the playground is one page.`, 404)
    })
    .use(showProblem)
}

function showing(playground: Playground, draw: Draw): (problem?: Problem) => RequestHandler {
  const { other, record, sessions } = playground
  return (problem) => async (req, res) => {
    const theirs = await other.look()
    // Both are asked for before the head leaves, so that they are opened, and this is among the events.
    void req.session.isPopulated
    if (cookieIn(req.headers.cookie, sessions.names.session) === undefined) {
      sessions.rejectedElsewhere(req, req.headers.cookie)
    }
    record.show(req, res, problem?.status ?? 200, () => {
      if (problem === undefined) record.settle(req, res, theirs)
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
