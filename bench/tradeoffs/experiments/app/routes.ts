import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorRequestHandler, Express, Request } from 'express'
import type { Barrier } from './barrier.js'
import { mayLogIn, timesAsked } from './endings.js'
import { logOutEverywhere } from './everywhere.js'
import { fill } from './fill.js'
import { destroy, logOut } from './log-out.js'
import { call, dataOf, sessionOf } from './session.js'
import type { Settings } from './settings.js'

/** What a handler of the page of ten does beside the session, as long as a query to a database, in milliseconds. */
const WORK = 50

/** For whoever drives the experiment: mounted before the session's middleware, to work without its store. */
export function addControls(app: Express, barrier: Barrier): void {
  app.post('/control/arrived', async (req, res) => {
    await barrier.arrived(Number(param(req, 'count')))
    res.send('arrived')
  })
  app.post('/control/release', (_req, res) => {
    barrier.release()
    res.send('released')
  })
  app.get('/control/asked', (_req, res) => void res.json(timesAsked()))
}

/** The app of all experiments. What changes the session is a POST, so that a proxy does not try it twice. */
export function addRoutes(app: Express, barrier: Barrier, settings: Settings): void {
  addLogIn(app, settings)
  app.get('/untouched', (_req, res) => void res.send('here'))
  app.get('/read', async (req, res) => {
    const data = dataOf(sessionOf(req))
    if (req.query['hold'] !== undefined) await barrier.hold()
    res.json(data)
  })
  app.get('/user', (req, res) => void res.send(sessionOf(req).user ?? 'nobody'))
  app.post('/write', async (req, res) => {
    sessionOf(req)[param(req, 'name')] = param(req, 'value')
    if (req.query['hold'] !== undefined) await barrier.hold()
    res.send('written')
  })
  app.post('/count', async (req, res) => {
    const session = sessionOf(req)
    const before = Number(session[param(req, 'name')] ?? 0)
    await sleep(WORK)
    session[param(req, 'name')] = before + 1
    res.send('counted')
  })
  app.post('/fill', (req, res) => {
    fill(sessionOf(req), Number(param(req, 'bytes')))
    res.send('filled')
  })
  app.use(answerErrors)
}

function addLogIn(app: Express, settings: Settings): void {
  app.post('/sign-in', async (req, res) => {
    const user = param(req, 'user')
    await mayLogIn(user)
    await call(sessionOf(req), 'regenerate')
    sessionOf(req).user = user
    res.send('welcome')
  })
  app.post('/log-out', async (req, res) => {
    await logOut(req)
    res.send('bye')
  })
  app.post('/destroy', async (req, res) => {
    await destroy(req)
    res.send('bye')
  })
  app.post('/log-out-everywhere', async (req, res) => {
    res.json(await logOutEverywhere(req, settings))
  })
}

/** As Express says: what comes when the answer is on its way is left to its own handler. */
const answerErrors: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) next(error)
  else res.status(error.status ?? 500).json({ code: error.code ?? error.name, message: error.message })
}

function param(req: Request, name: string): string {
  return String(req.query[name] ?? '')
}
