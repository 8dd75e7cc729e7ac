import type { SessionRequest } from './types.js'

/** Reads the session that another package left with the visitor, so that moving here logs nobody out. */
export interface SessionReader {
  /** Names the reader in events. */
  readonly from: string
  /**
   * What a request brings of the other package's session; undefined if nothing, or nothing that it would accept.
   * What it throws is reported in an event, and the visitor begins anew.
   */
  read(req: SessionRequest): FoundSession | undefined | Promise<FoundSession | undefined>
}

/** A session of another package. */
export interface FoundSession {
  /** What becomes the data of the new session. */
  readonly data: object
  /** The other package's cookies, which go when the new session is written. */
  readonly cookies: readonly ForeignCookie[]
  /**
   * The values of the cookies that the session was found in, if the reader can tell them from others of the same name:
   * a log-out ends all that moved in from these. Default: every value of `cookies`.
   */
  readonly accepted?: readonly string[] | undefined
  /** When it began, in seconds since the epoch, if it tells: the absolute timeout counts from there. */
  readonly createdAt?: number | undefined
}

/** A cookie as somebody else set it: browsers remove one only for the path and domain that it was set with. */
export interface ForeignCookie {
  readonly name: string
  /** Default `/`. */
  readonly path?: string | undefined
  readonly domain?: string | undefined
}
