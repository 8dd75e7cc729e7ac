import express, { type Express } from 'express'
import express4 from 'express4'
import session, { type SessionOptions } from '../../lib/index.js'
import { SECRET } from './secrets.js'

/** Both majors of Express, for tests that must hold on each. */
export const EXPRESSES: readonly (readonly [string, typeof express])[] = [
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
]

/**
 * An app with sessions, the routes that `routes` adds, and an error handler that answers with the error's code.
 */
export function appWith(
  routes: (app: Express) => void,
  options: SessionOptions = {},
  create: typeof express = express,
): Express {
  const app = create()
  app.use(session({ keys: SECRET, ...options }))
  routes(app)
  app.use(((error, _req, res, _next) => {
    res.status(error.status ?? 500).json({ code: error.code, message: error.message })
  }) satisfies express.ErrorRequestHandler)
  return app
}
