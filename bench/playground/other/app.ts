import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import expressSession from 'express-session'
import type { Sessioned } from '../deeds/deed.js'
import { DEEDS } from '../deeds/index.js'
import { fence } from '../fence.js'
import { fieldsOf } from '../fields.js'
import { raceField, type Together } from '../race.js'
import { OTHER_COOKIE } from './name.js'

const DAY = 24 * 60 * 60 * 1000

/** As much of express-session's store as is looked at. */
interface Store {
  /** JSON by id. */
  readonly sessions: Readonly<Record<string, string>>
  clear(): void
}

export interface OtherApp {
  readonly app: Express
  readonly store: Store
  /** Signs with the first of these, and accepts all of them. */
  useSecrets(secrets: readonly string[]): void
}

/** The same app with express-session, as its README recommends to set it up, and its sessions in memory. */
export function otherApp(together: Together, onError: (error: unknown) => void): OtherApp {
  const store: Store = new expressSession.MemoryStore()
  // express-session looks into this very array at each request.
  const secret: string[] = ['replaced before anybody comes']
  const cookie = { maxAge: DAY, sameSite: 'lax' }
  const sessions: RequestHandler = expressSession({
    name: OTHER_COOKIE,
    secret,
    store,
    cookie,
    resave: false,
    saveUninitialized: false,
  })

  const app = express()
  // Its errors are told on the page, and not in the terminal.
  app.disable('x-powered-by').disable('etag').set('env', 'test')
  app.use(fence([]), sessions, express.urlencoded({ extended: false }))
  app.get('/', (req, res) => {
    const { cookie: _, ...data } = sessioned(req).session
    res.json({ id: req.sessionID, data })
  })
  for (const [path, plan] of Object.entries(DEEDS)) {
    app.post(path, async (req, res) => {
      await plan(fieldsOf(req)).perform(sessioned(req))
      if (path === '/log-out') res.once('finish', () => together.logOut.open())
      res.redirect(303, '/')
    })
  }
  app.post('/race/:field', async (req, res) => {
    await together.meet()
    sessioned(req).session[raceField(req.params.field)] = 'written'
    res.redirect(303, '/')
  })
  app.post('/slow', async (req, res) => {
    await together.logOut.wait()
    sessioned(req).session['late'] = 'written'
    res.redirect(303, '/')
  })
  app.use(((error, _req, res, _next) => {
    onError(error)
    res.status(500).end()
  }) satisfies ErrorRequestHandler)

  return {
    app,
    store,
    useSecrets(secrets) {
      secret.splice(0, secret.length, ...secrets)
    },
  }
}

/** Beside our own types, `req.session` is declared to be one of ours. */
function sessioned(req: unknown): Sessioned {
  return req as Sessioned
}
