import { nextTick } from '../turns.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import type { Commit } from './committer.js'
import { nextOf } from './divert.js'
import { HOOK, type Hook, type Hooked } from './patch.js'
import { ResponseHook } from './response-hook.js'

/**
 * Has `committer` commit once, when the headers of the response are about to leave, whichever way they do. If it
 * throws, nothing of the response leaves and the error is handled as `divert` says: it is never thrown by the method
 * that was called, which may run inside of a stream, where nobody would catch it.
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
 * Whether headers of this response ever leave. What is given for one after the handshake of a WebSocket has no methods
 * (`sessions(req, {}, next)`), or, by express-ws, those of a response without a connection.
 */
function canSend(req: SessionRequest, res: Hooked): boolean {
  if (typeof res.writeHead !== 'function') return false
  return !((req as { upgrade?: unknown }).upgrade === true && '_implicitHeader' in res)
}

const NEVER = { left: true } as Hook

/** Calls `look` when the response has ended, or, if it has, behind what is done in this turn. */
export function onEnd(res: SessionResponse, look: () => void): void {
  // An upgrade's response tells nothing.
  if (typeof res.once !== 'function') return
  if (res.writableEnded) {
    nextTick(look)
    return
  }
  res.once('finish', look)
  res.once('close', look)
}
