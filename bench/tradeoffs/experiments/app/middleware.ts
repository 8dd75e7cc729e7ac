import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request, RequestHandler, Response } from 'express'
import { BACKEND } from '../../backends/index.js'
import { COOKIE, SECRET } from '../../backends/settings.js'
import { validate } from './endings.js'
import type { Settings } from './settings.js'

/** The backend's own middleware, or one of the same package and store with options that the backend does not have. */
export async function middlewareOf(settings: Settings): Promise<RequestHandler> {
  const { backend, url, keys, withoutMaxAge } = settings
  if (backend === 'sealed-session' && (keys || settings.validate || settings.logoutGuard === false)) {
    return sealed(settings)
  }
  if (backend === 'cookie-session' && keys) {
    const { default: cookieSession } = await import('cookie-session')
    return cookieSession({ keys, ...COOKIE })
  }
  const { middleware } = await BACKEND[backend].open(url)
  if (!keys && !withoutMaxAge) return middleware
  const { default: expressSession } = await import('express-session')
  const { maxAge, ...cookie } = COOKIE
  return expressSession({
    store: storeOf(middleware),
    secret: keys ?? SECRET,
    cookie: withoutMaxAge ? cookie : { maxAge, ...cookie },
    resave: false,
    saveUninitialized: false,
  })
}

async function sealed({ keys, logoutGuard = true, validate: validated }: Settings): Promise<RequestHandler> {
  const { default: session } = await import('../../../../lib/index.js')
  return session<{ user?: string }>({
    keys: keys ?? SECRET,
    cookie: { secure: false },
    logoutGuard,
    ...(validated && { validate }),
  }) as unknown as RequestHandler
}

/** express-session shows its store to every request. */
function storeOf(middleware: RequestHandler): unknown {
  const req = Object.assign(new IncomingMessage(new Socket()), { url: '/', originalUrl: '/', sessionStore: undefined })
  middleware(req as unknown as Request, new ServerResponse(req) as unknown as Response, () => {})
  if (!req.sessionStore) throw new Error('express-session did not show its store')
  return req.sessionStore
}
