/**
 * What a session middleware costs a request, without sockets: a request and a response of Node's, the middleware, a
 * handler, and the head of the response. Beside cookie-session, which only signs, and express-session with its memory
 * store, which keeps the data on the server.
 */
import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import cookieSession from 'cookie-session'
import expressSession from 'express-session'
import session from '../../lib/index.js'
import { inRounds } from './rounds.js'

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
type Handler = (req: { session: { user?: string; count?: number } }) => void

const SECRET = 'v3Jq8nXw0PzLr5TtY1uBk7HcGe2MsDf9'
const DATA = { user: 'Ada', text: 'x'.repeat(1024 - '{"user":"Ada","text":""}'.length) }

process.env['NODE_ENV'] = 'production'
const quiet = { resave: false, saveUninitialized: false }
const CONTENDERS: Record<string, Middleware> = {
  'sealed-session': session({ keys: SECRET, cookie: { secure: false }, warnAt: Number.POSITIVE_INFINITY }),
  'cookie-session': cookieSession({ keys: [SECRET], secure: false }) as Middleware,
  'express-session': expressSession({
    secret: SECRET,
    ...quiet,
    store: new expressSession.MemoryStore(),
  }) as Middleware,
}

const SCENARIOS: Record<string, Handler> = {
  untouched: () => {},
  read: (req) => assert(req.session.user === 'Ada'),
  write: (req) => {
    req.session.count = (req.session.count ?? 0) + 1
  },
}

const socket = new Socket()

/** A request through a middleware, until the response has ended. */
function exchange(middleware: Middleware, handler: Handler, cookie: string): Promise<ServerResponse> | ServerResponse {
  const req = new IncomingMessage(socket)
  req.method = 'GET'
  req.url = '/'
  req.headers.cookie = cookie
  const res = new ServerResponse(req)
  let ended = false
  let finish: ((res: ServerResponse) => void) | undefined
  middleware(req, res, (error) => {
    if (error) throw error
    handler(req as unknown as Parameters<Handler>[0])
    res.end('ok')
    ended = true
    finish?.(res)
  })
  return ended ? res : new Promise((resolve) => (finish = resolve))
}

/** The cookies of a logged-in user. */
async function signedIn(middleware: Middleware): Promise<string> {
  const res = await exchange(middleware, (req) => Object.assign(req.session, DATA), '')
  const lines = [res.getHeader('set-cookie') ?? []].flat() as string[]
  return lines.map((line) => line.split(';')[0]).join('; ')
}

console.log(`Node ${process.version} ${process.platform}-${process.arch}, us of CPU per request with 1 KB of session`)
const cookies = Object.fromEntries(
  await Promise.all(Object.entries(CONTENDERS).map(async ([name, middleware]) => [name, await signedIn(middleware)])),
) as Record<string, string>
console.log(
  `            ${Object.keys(CONTENDERS)
    .map((name) => name.padStart(16))
    .join('')}     nothing`,
)
for (const [scenario, handler] of Object.entries(SCENARIOS)) {
  const costs = await inRounds({
    ...Object.fromEntries(
      Object.entries(CONTENDERS).map(([name, middleware]) => [
        name,
        () => exchange(middleware, handler, cookies[name] ?? ''),
      ]),
    ),
    nothing: () =>
      exchange(
        (_req, _res, next) => next(),
        () => {},
        cookies['sealed-session'] ?? '',
      ),
  })
  const columns = Object.values(costs).map(({ cpu }) => cpu.toFixed(1).padStart(16))
  console.log(scenario.padEnd(12) + columns.join(''))
}
socket.destroy()
