import { SessionError } from '../errors.js'
import { warnOnce } from '../warnings.js'

/**
 * Refuses a method of the session that can no longer have an effect. It also warns, because an app that ends a session
 * must learn that it did not end, even if nothing awaits the promise.
 *
 * @param where the method and path of the request
 */
export function tooLate(method: string, where: string): SessionError {
  warnOfLateCall(`session.${method}()`, where)
  return new SessionError(
    'ERR_SESSION_HEADERS_SENT',
    `session.${method}() came after the headers had left: call it before the response is sent`,
  )
}

/**
 * Warns about an assignment that no cookie will carry, in production too: it may be a log-out that does not happen.
 *
 * @param where the method and path of the request
 */
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
