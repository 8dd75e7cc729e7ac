import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { SessionHandler } from '../../lib/index.js'

type Any = any

/** How a request comes. */
export interface Coming {
  readonly cookie?: string | undefined
  /** What Express says of its transport; undefined without Express. */
  readonly secure?: boolean | undefined
}

/** What a request came to. */
export interface Visit {
  /** What the app made of it; undefined if it was not reached. */
  readonly found: unknown
  /** What the error handler was given. */
  readonly error: unknown
  /** The `Set-Cookie` lines. */
  readonly lines: readonly string[]
  header(name: string): unknown
}

const socket = new Socket()

/** A request as far as the middleware looks at it. */
export function coming({ cookie, secure }: Coming): IncomingMessage {
  const req = new IncomingMessage(socket)
  req.url = '/app/page'
  if (cookie !== undefined) req.headers.cookie = cookie
  return secure === undefined ? req : Object.assign(req, { secure })
}

/**
 * One request through the middleware to an app and back, without a connection. What the app throws goes to the error
 * handler, as Express does it.
 *
 * @throws what the middleware throws, which it must not
 */
export function visit(handler: SessionHandler<Any>, how: Coming, app: (req: Any) => unknown): Promise<Visit> {
  const req = coming(how)
  const res = new ServerResponse(req)
  return new Promise((resolve, reject) => {
    let found: unknown
    const finish = (error?: unknown) => {
      res.end()
      const header = (name: string) => res.getHeader(name)
      resolve({ found, error, lines: [header('set-cookie') ?? []].flat().map(String), header })
    }
    const answer = async () => {
      found = await app(req)
    }
    const next = (error?: unknown) => {
      if (error === undefined) answer().then(() => finish(), next)
      else finish(error)
    }
    // Where Express keeps it.
    Object.assign(req, { next })
    try {
      handler(req, res, next)
    } catch (error) {
      reject(error)
    }
  })
}
