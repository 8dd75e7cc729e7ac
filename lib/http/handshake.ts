import type { SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'

/**
 * Refuses a socket.io handshake whose session cannot be committed. Engine.IO hears only the first call of `next`, so
 * nobody would answer it; whoever gives the middleware a `next` of their own has done so by now.
 */
export function refuseHandshake(res: SessionResponse): void {
  const req: object = res.req ?? {}
  if (!('_query' in req) || 'app' in req || res.headersSent) return
  warnOnce(
    'SESSION_WARN_HANDSHAKE',
    'a socket.io handshake was refused because its session could not be committed. Keep less in the session, or ' +
      'handle the error: io.engine.use((req, res, next) => sessions(req, res, (error) => ...))',
  )
  const answer = res as { writeHead(status: number): void; end(): void }
  answer.writeHead(500)
  answer.end()
}
