import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

export type Request = IncomingMessage & { session?: Record<string, unknown> | null }

/** What the app does with its session: the same for every contender. */
export type Handler = (req: Request) => void

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

/** A request and its response, without a socket. Returns a promise only if the response has not ended at once. */
export function exchange(serve: Serve, handler: Handler, cookie: string): ServerResponse | Promise<ServerResponse> {
  const req = new IncomingMessage(socket)
  req.method = 'GET'
  req.url = '/'
  req.headers.cookie = cookie
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
