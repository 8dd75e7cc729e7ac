import { nextTick } from '../clock.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import type { Commit } from './committer.js'
import { nextOf } from './divert.js'
import { HOOK, type Hook, type Hooked } from './patch.js'
import { ResponseHook } from './response-hook.js'

/**
 * Makes `committer` commit when the headers of the response are about to leave, by whichever method. If a commit fails,
 * nothing of the response leaves, and `divert` hands the error to the error handler. The method that was called does
 * not throw: it may run inside a stream, where no code would catch the error.
 *
 * @param commit the committer, the middleware's `next`, and the app's `onError`
 */
export function commitWithHeaders(
  req: SessionRequest,
  res: SessionResponse,
  { committer, next, onError }: Pick<Commit, 'committer' | 'next' | 'onError'>,
): void {
  const hooked = res as unknown as Hooked
  if (!canSend(req, hooked)) {
    hooked[HOOK] = NEVER
    return
  }
  const hook = hooked[HOOK] instanceof ResponseHook ? hooked[HOOK] : new ResponseHook(res, hooked)
  hook.commits = [...hook.commits, { committer, next, onError, req, router: nextOf(req) }]
}

/**
 * Whether the headers of this response can leave. After the handshake of a WebSocket, the response has no methods
 * (`sessions(req, {}, next)`), or by express-ws no connection.
 */
function canSend(req: SessionRequest, res: Hooked): boolean {
  if (typeof res.writeHead !== 'function') return false
  return !((req as { upgrade?: unknown }).upgrade === true && '_implicitHeader' in res)
}

/** Of a response that sends no headers. */
const NEVER = { left: true } as Hook

/** Calls `look` when the response has ended, in a later turn if it has already. It may be called twice. */
export function onEnd(res: SessionResponse, look: () => void): void {
  // The response that socket.io makes for an upgrade emits no events.
  if (typeof res.once !== 'function') return
  if (res.writableEnded) {
    nextTick(look)
    return
  }
  res.once('finish', look)
  res.once('close', look)
}
