import type { SessionNext, SessionRequest, SessionResponse } from '../types.js'
import type { Head } from './head.js'

/**
 * What `commitWithHeaders` calls when the headers are about to leave: the session of one request and one middleware.
 */
export interface Committer {
  /**
   * Decides whether to keep, write or clear the cookie, and seals the session. It leaves the head as it is, so an error
   * can still be answered. It may be called again before the headers leave: it then commits what has changed since.
   *
   * @param head tells the status of the response
   * @throws {SessionError} if the session cannot be sealed or sent
   */
  commit(head: Head): void
  /** Puts what was committed into the head that leaves now. Another call puts in no line a second time. */
  apply(head: Head): void
  /** Takes the lines out of a head that has not left, and forgets what was committed. */
  withdraw(head: Head): void
}

/** The app's option `onError`: it answers a failed commit where `next` is not that of Express. */
export type OnError = (error: unknown, req: SessionRequest, res: SessionResponse) => unknown

/** A committer, and what `divert` needs to find the error handler if the commit fails. */
export interface Commit {
  readonly committer: Committer
  readonly req: SessionRequest
  /** The `next` that the middleware was called with. */
  readonly next: SessionNext
  /** The `next` of the router that the middleware is mounted in: see `nextOf`. */
  readonly router: unknown
  readonly onError: OnError | undefined
}
