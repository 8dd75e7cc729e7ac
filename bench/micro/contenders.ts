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
 * @param before `session` of another build of ours
 */
export function contenders(
  secrets: readonly string[],
  before?: typeof session,
): Record<Contender, Serve> & { readonly before?: Serve } {
  const keys = [...secrets]
  return {
    nothing: served((_req, _res, next) => next()),
    'sealed-session': served(session({ keys, cookie: { secure: false } })),
    ...(before && { before: served(before({ keys, cookie: { secure: false } })) }),
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
