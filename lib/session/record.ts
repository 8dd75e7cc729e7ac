import { type Claims, holdsData } from '../token/claims.js'
import { newSessionId } from '../token/session-id.js'
import type { Rejection } from '../types.js'
import { serialize } from './serialize.js'

/**
 * How a session's data differ from what came in, as far as can be seen without serializing them, which costs as much
 * as opening the token does. Texts, numbers and their like are compared as values; an object may have changed inside,
 * so where there is one, and for all that JSON alters or leaves out, the answer is `unknown`.
 *
 * @param received the data as `JSON.parse` gave them
 */
export function difference(session: object, received: Readonly<Record<string, unknown>>): 'none' | 'some' | 'unknown' {
  if ('toJSON' in session) return 'unknown'
  try {
    return compare(session as Readonly<Record<string, unknown>>, received)
  } catch {
    // A getter threw. Serializing says which.
    return 'unknown'
  }
}

function compare(session: Readonly<Record<string, unknown>>, received: Readonly<Record<string, unknown>>) {
  const keys = Object.keys(session)
  const keysBefore = Object.keys(received)
  let certain = keys.length === keysBefore.length
  let index = 0
  for (const key of keys) {
    const value = session[key]
    if (value !== received[key]) {
      if (isScalar(value)) return 'some'
      certain = false
    } else if ((typeof value === 'object' && value !== null) || key !== keysBefore[index]) {
      certain = false
    }
    index += 1
  }
  return certain ? 'none' : 'unknown'
}

/** A value that is no object, and that JSON keeps as it is. */
function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)
}

/** What the request brought, kept to tell a change by. */
export interface Received {
  readonly kid: string
  readonly claims: Claims
  /** The data as they came: what is at the top has not been changed since, what is nested may have been. */
  readonly data: Readonly<Record<string, unknown>>
  /** The plaintext, to tell by whether what is nested is still the same. */
  readonly text: string
  /** When it was last used and checked, as the cookies say, in seconds since the epoch. */
  readonly lastUse: number
  readonly lastCheck: number | undefined
}

/** What is known of a session beside its data. Times in seconds since the epoch. */
export interface SessionRecord {
  readonly sid: string
  readonly sat: number
  /** What stands for the cookies of another package that it came from, if it did. */
  readonly src?: string | undefined
  /** Its own idle timeout in seconds, 0 if it ends with the browser, undefined for the common one. */
  ttl: number | undefined
  /** The app asked for the idle timeout to start anew. */
  touched: boolean
  /** When `validate` last said that it may go on, undefined if that is not kept. */
  checked: number | undefined
  /** undefined for a session that began with this request. */
  readonly received: Received | undefined
  /** Why the cookie that the request brought was not accepted, if the session began in its place. */
  readonly rejected?: Rejection | undefined
}

/**
 * The record of a session that begins with this request. Its id is drawn when it is asked for: most visitors are
 * never given one.
 *
 * @param sat when it began, in seconds since the epoch: now, unless it began elsewhere
 * @param src what stands for the cookies that it came from, if it moves in
 */
export function newRecord(sat: number, src?: string, rejected?: Rejection): SessionRecord {
  let sid: string | undefined
  return {
    get sid() {
      sid ??= newSessionId()
      return sid
    },
    sat,
    src,
    ttl: undefined,
    touched: false,
    checked: undefined,
    received: undefined,
    rejected,
  }
}

/**
 * When a session will count as used last, if nothing else happens to it. What the app changes, it uses now.
 *
 * @param now seconds since the epoch
 */
export function lastUseOf({ ttl, touched, received }: SessionRecord, now: number): number {
  return received === undefined || received.claims.ttl !== ttl || touched ? now : received.lastUse
}

/** The record of a session that a cookie brought. */
export function recordOf({ kid, claims, data, text, lastUse, lastCheck }: Received): SessionRecord {
  const { sid, sat, src, ttl } = claims
  const received = { kid, claims, data, text, lastUse, lastCheck }
  return { sid, sat, src, ttl, touched: false, checked: lastCheck, received }
}

/** What was found out about a session's data. */
export interface Change {
  readonly changed: boolean
  /** The data as JSON, if that had to be made to tell. */
  readonly json?: string
}

/**
 * Whether a session differs from what the cookie brought: its own timeout, its identity, or its data as JSON.
 *
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE` for data that JSON cannot hold
 */
export function changeOf({ received, ttl }: SessionRecord, session: object): Change {
  if (received === undefined || received.claims.ttl !== ttl) return { changed: true }
  const seen = difference(session, received.data)
  if (seen !== 'unknown') return { changed: seen === 'some' }
  const json = serialize(session)
  return { changed: !holdsData(received.text, json), json }
}
