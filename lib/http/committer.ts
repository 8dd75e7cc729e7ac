import type { SessionNext } from '../types.js'
import type { Head } from './head.js'

/** What is to happen when the headers are about to leave. */
export interface Committer {
  /**
   * Puts what a session comes to into the head that is about to leave, or throws. It may be called again for the same
   * response while the headers have not left, and then adds nothing twice.
   */
  commit(head: Head): void
  /** Takes back what an earlier call put in, as this one has failed. */
  withdraw(head: Head): void
}

/** Whose commit it is, and where it stands. */
export interface Commit {
  readonly committer: Committer
  /** The middleware's own. */
  readonly next: SessionNext
  /** That of the router in which the middleware stands. */
  readonly router: unknown
}
