import type { Origin } from '../caller.js'
import { SessionError } from '../errors.js'
import { placeOf } from '../http/request.js'
import { onEnd } from '../http/response-hook.js'
import type { LiveSession } from '../session/session.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import { warnOnce, wasWarned } from '../warnings.js'

/**
 * Refuses a method of the session that can no longer have an effect. It also warns, because an app that ends a session
 * must learn that it did not end, even if nothing awaits the promise.
 *
 * @param call such as `session.destroy()`
 * @param where the method and path of the request
 */
export function tooLate(call: string, where: string): SessionError {
  warnOfLateCall(call, where)
  return new SessionError(
    'ERR_SESSION_HEADERS_SENT',
    `${call} came after the headers were sent: call it before the response is sent`,
  )
}

/**
 * Warns about an assignment that no cookie will carry, in production too: it may be a log-out that does not happen.
 *
 * @param what such as `req.session was assigned`
 * @param where the method and path of the request
 */
export function warnOfLateAssignment(what: string, where: string): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${what} after the headers were sent (${where}), so the session stays as it was: ` +
      'do it before the response is sent',
    `assigned ${where}`,
  )
}

/** @param call such as `session.touch()` */
export function warnOfLateCall(call: string, where: string): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${call} came after the headers were sent (${where}): call it before the response is sent`,
    `${call} ${where}`,
  )
}

/**
 * @param what such as `session.cart.items`
 * @param origin the line of the app, if it is known
 */
export function warnOfLateChange(
  what: string,
  where: string,
  place: string = `${what} ${where}`,
  origin?: Origin,
): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${what} was changed after the headers were sent (${where}), so the change is lost: ` +
      'make it before the response is sent',
    place,
    origin,
  )
}

/** Finds changes of one request's session that no cookie carries, from what it is told of the session. */
export interface Watch {
  /** The app was told of a commit that failed, so that nobody expects this session to be kept. */
  isReported: boolean
  /** Another session, or none, has taken the place of this one: `by` says how, as in "regenerate() has replaced". */
  replaced(session: LiveSession, by: string): void
  /** `save()` was called on a session, which may be one that was replaced. */
  saved(session: LiveSession, current: LiveSession | null | undefined): void
  /** A commit has been put into a head, with this session. */
  left(current: LiveSession | null | undefined): void
  /** The app has asked for this session when the headers had left. */
  used(current: LiveSession | null | undefined): void
}

/** Whether the app took the property off the request: by `delete req.session`, behind which it may assign a plain value. */
export function isTakenAway(req: SessionRequest, property: string): boolean {
  const own = Object.getOwnPropertyDescriptor(req, property)
  return own === undefined || 'value' in own
}

const IN_PRODUCTION = 'in production'

/**
 * Looks for a late change in production, and warns once per process. It is worth a line, but not one for each place, nor work
 * for each request.
 */
export class LateUse implements Watch {
  isReported = false
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  readonly #isChanged: () => boolean
  #scheduled = false
  #looking = false

  /** @param isChanged whether the session differs from what left. If that cannot be told, it throws */
  constructor(req: SessionRequest, res: SessionResponse, isChanged: () => boolean) {
    this.#req = req
    this.#res = res
    this.#isChanged = isChanged
  }

  replaced(): void {}

  saved(): void {}

  left(): void {}

  /** The app may have read the session, as a logger does, or changed it in vain. */
  used(): void {
    // Looking runs getters and toJSON of the session, which may use it again.
    if (this.#looking || (this.#scheduled && !this.#res.writableEnded)) return
    this.#scheduled = true
    onEnd(this.#res, () => this.#look())
  }

  #look(): void {
    if (this.isReported || wasWarned('SESSION_WARN_LATE', IN_PRODUCTION)) return
    this.#looking = true
    if (this.#differs()) warnOfLateChange('the session', placeOf(this.#req), IN_PRODUCTION)
    this.#looking = false
  }

  #differs(): boolean {
    try {
      return this.#isChanged()
    } catch {
      return true
    }
  }
}
