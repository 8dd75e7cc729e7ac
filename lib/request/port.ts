import type { Timeouts } from '../session/lifetime.js'
import type { SessionRecord } from '../session/record.js'
import type { LiveSession } from '../session/session.js'
import type { Claims } from '../token/claims.js'
import type { Rejection, SessionCookie, SessionSize } from '../types.js'
import type { CommitFacts } from './decide.js'

/** Sessions that have ended, by id or by what they came from, with the time until which a token of them could be valid. */
export type EndedSessions = ReadonlyMap<string, number>

/** What the request's cookies came to. */
export type Incoming =
  | { readonly status: 'none' }
  | { readonly status: 'rejected'; readonly reason: Rejection }
  | {
      readonly status: 'valid'
      readonly kid: string
      readonly claims: Claims
      readonly data: Record<string, unknown>
      readonly text: string
      /** Other sessions that have ended in this browser. */
      readonly ended: EndedSessions
    }

/** A session with data that a cookie brought. */
export interface Brought {
  readonly sid: string
  readonly sat: number
  /** What it came from, if it moved in: other requests may have let it move in under an id of their own. */
  readonly src?: string | undefined
  /** Others that have ended in this browser. */
  readonly ended: EndedSessions
}

/** The stages around a session, as its context needs them. */
export interface ContextPort {
  readonly timeouts: Timeouts
  /** Seconds since the epoch. */
  now(): number
  receive(): Incoming
  /** The kid of the key that seals at a time in seconds since the epoch. */
  activeKid(now: number): string | undefined
  cookieOf(record: SessionRecord): SessionCookie
  measure(record: SessionRecord, data: object): SessionSize
  /** Throws `ERR_SESSION_OVERFLOW` for a session that its cookie could not hold. */
  checkFits(record: SessionRecord, data: object): void
  /** Seals what would be committed, and throws what the commit would throw. */
  rehearse(record: SessionRecord, data: object): void
  /** Whether the response has left, so that nothing can be committed any more. */
  headersSent(): boolean
  /** The method and path of the request, for warnings. */
  where(): string
}

/** Hears of what the app does to its session that may be lost. */
export interface SessionWatch {
  /** The app has asked for its session, or for a part of it, when nothing can be committed any more. */
  usedLate(current: LiveSession | null | undefined): void
  /** Another session, or none, has taken the place of this one: `by` says how, as in "regenerate() has replaced". */
  replaced(session: LiveSession, by: string): void
  /** `save()` was called on a session that another has replaced. */
  savedReplaced(session: LiveSession, current: LiveSession | null | undefined): void
}

/** A session as it is sealed: its record, and its data as JSON. */
export interface Sealable {
  readonly record: SessionRecord
  readonly json: string
}

/** A session when the headers are about to leave: what is decided from, and what is sealed if it is written. */
export interface Assessment {
  readonly facts: CommitFacts
  /** undefined when the session has ended, or is so much as it came that nobody has serialized it. */
  readonly sealable: Sealable | undefined
  /** The session with data that the cookie brought, if there was one. */
  readonly brought: Brought | undefined
  /** Why it would be written: the app changed or touched it; it slides, or changes its key; or it was only validated. */
  readonly cause: 'app' | 'renewal' | 'check'
}
