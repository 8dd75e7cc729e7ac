import { SessionError } from '../errors.js'
import { refuseWhileSerializing } from '../session/serialize.js'
import { warnOnce, wasWarned } from '../warnings.js'
import type { ContextPort } from './port.js'

/** @throws {SessionError} `ERR_SESSION_HEADERS_SENT` if a method of the session can have no effect any more */
export function refuseIfLate(port: ContextPort, method: string): void {
  refuseWhileSerializing()
  if (!port.headersSent()) return
  // Also as a warning, because a session that was to end, and did not, must not depend on who awaits the promise.
  warnOfLateCall(`session.${method}()`, port.where())
  throw new SessionError(
    'ERR_SESSION_HEADERS_SENT',
    `session.${method}() came after the headers had left: call it before the response is sent`,
  )
}

/** Warns of an assignment that no cookie will carry. In production, too: it may be a log-out that does not happen. */
export function warnIfLate(port: ContextPort): void {
  if (port.headersSent()) warnOfLateAssignment(port.where())
}

/** @param where the method and path of the request */
export function warnOfLateAssignment(where: string): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `the session was assigned after the headers had left (${where}), so it stays as it was: ` +
      'assign it before the response is sent',
    `assigned ${where}`,
  )
}

/** @param call such as `session.touch()` */
export function warnOfLateCall(call: string, where: string): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${call} came after the headers had left (${where}): call it before the response is sent`,
    `${call} ${where}`,
  )
}

/** @param what such as `session.cart.items` */
export function warnOfLateChange(what: string, where: string, place: string = `${what} ${where}`): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${what} was changed after the headers had left (${where}), so the change is lost: ` +
      'make it before the response is sent',
    place,
  )
}

const IN_PRODUCTION = 'in production'

/**
 * Warns of a late change in production, once per process: that it happens is worth a line, but neither one for every
 * place nor work for every request.
 */
export function warnOfLateChangeOnce(isChanged: () => boolean, where: () => string): void {
  if (wasWarned('SESSION_WARN_LATE', IN_PRODUCTION) || !isChanged()) return
  warnOfLateChange('the session', where(), IN_PRODUCTION)
}
