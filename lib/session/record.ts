import type { Claims } from '../token/claims.js'
import { newSessionId } from '../token/session-id.js'

/** What the request brought, kept to tell a change by. */
export interface Received {
  readonly kid: string
  readonly claims: Claims
  /** The data as they would be serialized again. */
  readonly json: string
}

/** What is known of a session beside its data. Times in seconds since the epoch. */
export interface SessionRecord {
  readonly sid: string
  readonly sat: number
  /** Its own idle timeout in seconds, 0 if it ends with the browser, undefined for the common one. */
  ttl: number | undefined
  /** The app asked for the idle timeout to start anew. */
  touched: boolean
  /** undefined for a session that began with this request. */
  readonly received: Received | undefined
}

/** The record of a session that begins now. */
export function newRecord(now: number): SessionRecord {
  return { sid: newSessionId(), sat: now, ttl: undefined, touched: false, received: undefined }
}

/** Whether anything but the data differs from what the cookie brought. */
export function recordChanged({ received, ttl }: SessionRecord): boolean {
  return received === undefined || received.claims.ttl !== ttl
}
