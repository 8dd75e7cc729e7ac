import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import cookieSession from 'cookie-session'
import expressSession from 'express-session'
import session from '../../lib/index.js'
import { floorCookie, inFloorCookie } from './floor.js'

export type Request = IncomingMessage & { session?: Record<string, unknown> | null }

/** What the app does with its session: the same for every contender. */
export type Handler = (req: Request) => void

export const untouched: Handler = () => {}
export const read: Handler = ({ session }) => assert(session?.['csrf'])
export const readNothing: Handler = ({ session }) => assert(session?.['csrf'] === undefined)
export const write: Handler = ({ session }) => {
  assert(session)
  session['views'] = (session['views'] as number) + 1
}
export const clear: Handler = (req) => {
  req.session = null
}

/** A whole answer: what the contender does with a request, the handler, and `res.end`. */
export type Serve = (req: Request, res: ServerResponse, handler: Handler) => void

class Response extends ServerResponse {
  whenEnded: (() => void) | undefined

  /** Reached when nothing is left to be done: express-session keeps this call until its store has answered. */
  override end(...args: unknown[]): this {
    ;(super.end as (...args: unknown[]) => void)(...args)
    this.whenEnded?.()
    return this
  }
}

const socket = new Socket()

/** A request with these cookies, without a connection. */
export function requestWith(cookie: string): Request {
  const req = new IncomingMessage(socket)
  req.method = 'GET'
  req.url = '/'
  req.headers.cookie = cookie
  return req
}

/** A request and its response, without a socket. Returns a promise only if the response has not ended at once. */
export function exchange(serve: Serve, handler: Handler, cookie: string): ServerResponse | Promise<ServerResponse> {
  const req = requestWith(cookie)
  const res = new Response(req)
  serve(req, res, handler)
  if (res.writableEnded) return res
  return new Promise((resolve) => {
    res.whenEnded = () => resolve(res)
  })
}

/** What a browser would send back: names and values of every cookie that a response sets. */
export function cookiesOf(res: ServerResponse): string {
  return linesOf(res)
    .map((line) => line.split(';')[0])
    .join('; ')
}

export function linesOf(res: ServerResponse): string[] {
  return [res.getHeader('set-cookie') ?? []].flat().map(String)
}

/** The cookies of somebody with these data in the session. */
export async function signedIn(serve: Serve, data: object): Promise<string> {
  const res = await exchange(serve, ({ session }) => session && Object.assign(session, data), '')
  return cookiesOf(res)
}

/** The data that a request with these cookies finds in its session. The cookie of express-session is none of them. */
export async function dataIn(serve: Serve, cookies: string): Promise<object> {
  let found: object = {}
  const look: Handler = ({ session }) => {
    const { cookie: _, ...data } = JSON.parse(JSON.stringify(session ?? {}))
    found = data
  }
  await exchange(serve, look, cookies)
  return found
}

/** The companion that a read of a session sets that has not been used for a while. */
export function companionOf(serve: Serve, cookie: string): Promise<string> {
  return setBy(serve, read, cookie, 'seen')
}

/** The guard that is left when a session ends. */
export function guardOf(serve: Serve, cookie: string): Promise<string> {
  return setBy(serve, clear, cookie, 'ended')
}

async function setBy(serve: Serve, handler: Handler, cookie: string, kind: string): Promise<string> {
  const lines = linesOf(await exchange(serve, handler, cookie))
  const [line = '', ...others] = lines.filter((line) => line.split('=')[0]?.endsWith(`.${kind}`))
  assert(line !== '' && others.length === 0, `one cookie of the kind ${kind}`)
  return line.slice(0, line.indexOf(';'))
}

/** Runs `act` with a clock that is behind. */
export async function hoursAgo<Result>(hours: number, act: () => Promise<Result>): Promise<Result> {
  const { now } = Date
  Date.now = () => now() - hours * 3_600_000
  try {
    return await act()
  } finally {
    Date.now = now
  }
}

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

export type Contender = 'nothing' | 'sealed-session' | 'cookie-session' | 'express-session'

/**
 * The same request with each session middleware and with none, set up as for production without a proxy.
 *
 * @param secrets newest first
 */
export function contenders(secrets: readonly string[]): Record<Contender, Serve> {
  const keys = [...secrets]
  const store = new expressSession.MemoryStore()
  return {
    nothing: served((_req, _res, next) => next()),
    'sealed-session': served(session({ keys, cookie: { secure: false } })),
    'cookie-session': served(cookieSession({ keys, secure: false })),
    'express-session': served(expressSession({ secret: keys, resave: false, saveUninitialized: false, store })),
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

/**
 * What no middleware that encrypts can go below: the floor of sealing and opening, and one header line. It knows no
 * timeouts, notices no change, and is told whether the session is to be written.
 */
export function floorServe(writes: boolean): Serve {
  return (req, res, handler) => {
    req.session = inFloorCookie(req.headers.cookie)
    handler(req)
    if (writes) res.setHeader('Set-Cookie', floorCookie(req.session as object))
    res.end('ok')
  }
}
