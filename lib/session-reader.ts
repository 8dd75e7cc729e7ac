import type { SessionRequest } from './types.js'

/** Reads the session that another package left with a visitor, so that migrating logs nobody out. */
export interface SessionReader {
  /** The name of the reader in events. */
  readonly from: string
  /**
   * Finds the session that a request brings; undefined if it brings none that the other package would accept.
   * If it throws, an event reports the error, and the visitor gets a new session.
   */
  read(req: SessionRequest): FoundSession | undefined | Promise<FoundSession | undefined>
}

/** A session of another package. */
export interface FoundSession {
  /** The data of the new session. */
  readonly data: object
  /** The other package's cookies. They are removed when the new session is written. */
  readonly cookies: readonly ForeignCookie[]
  /**
   * The cookie values that the session was read from. A log-out ends every session that was read from the same values.
   * Default: every value of `cookies`.
   */
  readonly accepted?: readonly string[] | undefined
  /** When it began, in seconds since the epoch: `absoluteTimeout` counts from here. Default: now. */
  readonly createdAt?: number | undefined
}

/** A cookie of another package. Browsers remove it only for the path and domain that it was set with. */
export interface ForeignCookie {
  /** Its full name. */
  readonly name: string
  /** Default `'/'`. */
  readonly path?: string | undefined
  /** Default none: the host that set it. */
  readonly domain?: string | undefined
}
