import type { IncomingMessage, ServerResponse } from 'node:http'
import cookieSession from 'cookie-session'
import expressSession from 'express-session'
import session from '../../lib/index.js'
import type { Serve } from './exchange.js'

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

export type Contender = 'nothing' | 'sealed-session' | 'cookie-session' | 'express-session'

/**
 * The same request with each session middleware and with none, set up as for production without a proxy.
 *
 * @param secrets newest first
 */
export function contenders(secrets: readonly string[]): Record<Contender, Serve> {
  const keys = [...secrets]
  return {
    nothing: served((_req, _res, next) => next()),
    'sealed-session': served(session({ keys, cookie: { secure: false } })),
    'cookie-session': served(cookieSession({ keys, secure: false })),
    'express-session': served(
      expressSession({
        secret: keys,
        resave: false,
        saveUninitialized: false,
        store: new expressSession.MemoryStore(),
      }),
    ),
  }
}

/** A middleware in front of a handler and the end of its response. */
export function served(middleware: Middleware): Serve {
  return (req, res, handler) =>
    middleware(req, res, (error) => {
      if (error) throw error
      handler(req)
      res.end('ok')
    })
}
