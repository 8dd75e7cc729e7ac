import { type Claims, holdsData } from '../token/claims.js'
import { newSessionId } from '../token/session-id.js'

/** What the request brought, kept to tell a change by. */
export interface Received {
  readonly kid: string
  readonly claims: Claims
  /** The plaintext, to tell by whether the data are still the same. */
  readonly text: string
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

/** Whether a session differs from what the cookie brought: its own timeout, its identity, or its data as JSON. */
export function isChanged({ received, ttl }: SessionRecord, json: string): boolean {
  return received === undefined || received.claims.ttl !== ttl || !holdsData(received.text, json)
}
