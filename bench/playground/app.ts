import { randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import express, { type Express, type Request } from 'express'
import session, { type KeyInput, KeyRing } from '../../lib/index.js'
import { actions, sessionOf } from './actions.js'
import { page, type View } from './page.js'
import { notFound, showProblem } from './problems.js'
import { respond, securityHeaders } from './respond.js'

export interface PlaygroundOptions {
  /** As for `session()`. Without any, a key is generated that lives as long as this app. */
  readonly keys?: KeyInput | undefined
}

/** Not "session": every server on localhost shares one cookie jar, whatever its port. */
const NAME = 'playground'

/**
 * The playground as an Express app that listens nowhere yet.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` for keys that `session()` refuses
 */
export function createApp({ keys }: PlaygroundOptions = {}): Express {
  const ring = KeyRing.from(keys ?? randomBytes(32).toString('base64url'))
  // Over plain HTTP also with NODE_ENV=production: it is for looking at on one's own machine.
  const sessions = session({ keys: ring, name: NAME, cookie: { secure: false } })

  function viewOf(req: Request): View {
    const token = parseCookie(req.headers.cookie ?? '')[NAME]
    return {
      session: req.session,
      user: sessionOf(req).user,
      cookie: { name: NAME, token, rejected: sessions.open(req).rejected },
      isKeyGenerated: keys === undefined,
    }
  }

  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(securityHeaders, sessions, express.urlencoded({ extended: false, limit: '64kb' }))
  app.get('/', (req, res) => respond(res, 200, page(viewOf(req))))
  app.use(actions())
  app.use(notFound)
  app.use(showProblem)
  return app
}
