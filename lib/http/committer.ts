import type { SessionNext, SessionRequest, SessionResponse } from '../types.js'
import type { Head } from './head.js'

/** What is to happen when the headers are about to leave. */
export interface Committer {
  /**
   * Decides what becomes of a session, and seals it. Nothing shows yet; what it throws can still be answered. It may be
   * called again while the headers have not left, and does nothing twice.
   */
  commit(head: Head): void
  /** Puts what was committed into the head that leaves now. Called again, it does nothing twice. */
  apply(head: Head): void
  /** Takes back what was put in, as the head has not left after all. */
  withdraw(head: Head): void
}

/** What answers a failed commit where no Express stands behind `next`. */
export type OnError = (error: unknown, req: SessionRequest, res: SessionResponse) => unknown

/** Whose commit it is, and who hears of its failure. */
export interface Commit {
  readonly committer: Committer
  readonly req: SessionRequest
  /** The middleware's own. */
  readonly next: SessionNext
  /** That of the router in which the middleware stands. */
  readonly router: unknown
  readonly onError: OnError | undefined
}
