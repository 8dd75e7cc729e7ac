import { SessionError } from '../errors.js'
import { warnOnce } from '../warnings.js'
import type { ContextPort } from './port.js'

/** @throws {SessionError} `ERR_SESSION_HEADERS_SENT` if a method of the session can have no effect any more */
export function refuseIfLate(port: ContextPort, method: string): void {
  if (!port.headersSent()) return
  const message = `session.${method}() came after the headers had left: call it before the response is sent`
  // Also as a warning, because a session that was to end, and did not, must not depend on who awaits the promise.
  warnOnce('SESSION_WARN_LATE', message, method)
  throw new SessionError('ERR_SESSION_HEADERS_SENT', message)
}

/** Warns of an assignment that no cookie will carry. In production, too: it may be a log-out that does not happen. */
export function warnIfLate(port: ContextPort): void {
  if (!port.headersSent()) return
  warnOnce(
    'SESSION_WARN_LATE',
    'the session was assigned after the headers had left, so it stays as it was: assign it before the response is sent',
    'assigned',
  )
}
