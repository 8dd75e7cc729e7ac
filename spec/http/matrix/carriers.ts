import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import compression from 'compression'
import express from 'express'
import express4 from 'express4'
import { generate } from 'selfsigned'
import session from '../../../lib/index.js'
import { SECRET } from '../../support/secrets.js'
import { MODES } from './modes.js'
import { STATES } from './states.js'

type Any = any
type Next = (error?: unknown) => void
type Middleware = (req: Any, res: Any, next: Next) => void

export const CARRIERS = ['Express 5', 'Express 4', 'bare http', 'HTTPS', 'HTTP/2'] as const
export type Carrier = (typeof CARRIERS)[number]

export const COMPRESSIONS = ['no compression', 'compression before', 'compression after'] as const
export type Compression = (typeof COMPRESSIONS)[number]

/** A server that answers `/<mode>/<state>`, with our sessions or without. */
export interface Carried {
  readonly port: number
  /** Resolves once the response to the request with this id has told that it finished. */
  finished(id: string): Promise<void>
  close(): Promise<void>
}

export const sessions = session<object>({
  keys: SECRET,
  cacheControl: false,
  warnAt: Number.POSITIVE_INFINITY,
  onError: (error, req, res) => answer(error, req, res),
})

const tls = await generate([{ name: 'commonName', value: 'localhost' }])
const credentials = { key: tls.private, cert: tls.cert }

export async function carry(carrier: Carrier, compressed: Compression, ours: boolean): Promise<Carried> {
  const finishes = new Map<string, () => void>()
  const note: Middleware = (req, res, next) => {
    res.once('finish', () => finishes.get(req.headers['x-id'])?.())
    next()
  }
  const squeeze = compression({ threshold: 500 }) as unknown as Middleware
  const middlewares = [
    note,
    ...(compressed === 'compression before' ? [squeeze] : []),
    ...(ours ? [sessions as Middleware] : []),
    ...(compressed === 'compression after' ? [squeeze] : []),
  ]
  const server = serverOf(carrier, middlewares, ours)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    finished: (id) => new Promise((resolve) => finishes.set(id, resolve)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function serverOf(carrier: Carrier, middlewares: Middleware[], ours: boolean): Server {
  if (carrier === 'Express 5') return createServer(expressApp(express, middlewares, ours))
  if (carrier === 'Express 4') return createServer(expressApp(express4 as unknown as typeof express, middlewares, ours))
  const listener = bareListener(middlewares, ours) as Any
  if (carrier === 'bare http') return createServer(listener)
  if (carrier === 'HTTPS') return createTlsServer(credentials, listener)
  return createSecureServer({ ...credentials, allowHTTP1: false }, listener)
}

function expressApp(create: typeof express, middlewares: Middleware[], ours: boolean): express.Express {
  const app = create()
  app
    .set('views', '/')
    .set('view engine', 'text')
    .engine('text', () => {})
  // A template engine of one line, so that res.render needs no other package and no file.
  app.set(
    'view',
    class {
      readonly path = 'page'
      render(_options: object, done: (error: unknown, text: string) => void) {
        done(null, '<p>rendered</p>')
      }
    },
  )
  app.use(...(middlewares as express.RequestHandler[]))
  app.use((req, res) => {
    respond(req, res, ours)
  })
  app.use(((error, req, res, _next) => answer(error, req, res)) satisfies express.ErrorRequestHandler)
  return app
}

/** What connect does, in a line: each middleware, then the mode; errors go to the same answer, those of the session by `onError`. */
function bareListener(middlewares: Middleware[], ours: boolean): Middleware {
  return function listener(req, res) {
    const run = (index: number) => (error?: unknown) => {
      const middleware = middlewares[index]
      try {
        if (error) answer(error, req, res)
        else if (middleware) middleware(req, res, run(index + 1))
        else respond(req, res, ours)
      } catch (thrown) {
        answer(thrown, req, res)
      }
    }
    run(0)()
  }
}

function respond(req: Any, res: Any, ours: boolean): void {
  const [, mode, state] = req.url.split('/')
  if (ours) STATES[Number(state)]?.apply(req)
  MODES[Number(mode)]?.produce(res, req)
}

/** Node's own errors differ with what else is in the head; that they are errors does not. */
function nameOf(error: Any): string {
  return String(error.code).startsWith('ERR_SESSION_') ? error.code : 'an error'
}

/** Answers at once, or later for data that cannot be serialized: an error handler may be asynchronous. */
function answer(error: Any, _req: Any, res: Any): void {
  if (res.headersSent) {
    res.destroy?.()
    return
  }
  res.statusCode = 503
  if (error.code !== 'ERR_SESSION_UNSERIALIZABLE') res.end(`handled ${nameOf(error)}`)
  else setTimeout(() => (res.write('handled '), setImmediate(() => res.end(error.code))), 2)
}
