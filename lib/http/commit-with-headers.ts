import { nextTick } from '../turns.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import type { Commit } from './committer.js'
import { nextOf } from './divert.js'
import { HOOK, type Hook, type Hooked } from './patch.js'
import { ResponseHook } from './response-hook.js'

/**
 * Makes `committer` commit when the headers of the response are about to leave, whichever method of the response sends
 * them. Several committers of one response commit in the order in which they were given here.
 *
 * If a commit fails, nothing of the response leaves, and `divert` hands the error to the error handler. The method that
 * was called does not throw: it may run inside a stream, where no code would catch the error.
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
 * Whether the headers of this response can leave. After the handshake of a WebSocket, the middleware is called with an
 * object that has no methods (`sessions(req, {}, next)`), or by express-ws with a response that has no connection.
 */
function canSend(req: SessionRequest, res: Hooked): boolean {
  if (typeof res.writeHead !== 'function') return false
  return !((req as { upgrade?: unknown }).upgrade === true && '_implicitHeader' in res)
}

/** The hook of a response that sends no headers: `hasHeadLeft` finds that they have left. */
const NEVER = { left: true } as Hook

/**
 * Calls `look` when the response has ended, or in a later turn if it has ended already. `look` may be called twice, as
 * a response emits both `finish` and `close`.
 */
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
