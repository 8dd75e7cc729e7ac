import { type Claims, holdsData, newSessionId } from '../token/claims.js'
import type { Rejection } from '../types.js'
import { serialize } from './serialize.js'

/**
 * Tells whether a session's data have changed without serializing them, which costs as much as opening the token.
 * Scalars are compared as values. The answer is `unknown` for an object, which may have changed inside, and for what
 * JSON alters.
 *
 * @param received the data as `JSON.parse` returned them
 */
export function difference(session: object, received: Readonly<Record<string, unknown>>): 'none' | 'some' | 'unknown' {
  if ('toJSON' in session) return 'unknown'
  try {
    return compare(session as Readonly<Record<string, unknown>>, received)
  } catch {
    // A getter threw. The error of `serialize` will name it.
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

/** Whether a value is not an object, and JSON keeps it as it is. */
function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)
}

/** What the request's cookie brought, kept to recognize a change. */
export interface Received {
  /** The key that opened the token. */
  readonly kid: string
  readonly claims: Claims
  /** The data as they came. The top level is as it was; the app may have changed the objects in it. */
  readonly data: Readonly<Record<string, unknown>>
  /** The plaintext, to recognize a change in nested objects. */
  readonly text: string
  /** The data as the app's schema made them, as JSON; undefined without one. Changes are told from these. */
  readonly json?: string | undefined
  /** When it was last used and checked, as the cookies say, in seconds since the epoch. */
  readonly lastUse: number
  readonly lastCheck: number | undefined
}

/** What a session has beside its data. Times are in seconds since the epoch. */
export interface SessionRecord {
  /** The session's id. */
  readonly sid: string
  /** When it began. */
  readonly sat: number
  /** Identifies the cookies of another package that the session was migrated from. */
  readonly src?: string | undefined
  /** Its own idle timeout in seconds; 0 if it ends with the browser; undefined for the common timeout. */
  ttl: number | undefined
  /** The app called `touch()`: this response restarts the idle timeout. */
  touched: boolean
  /** When `validate` last accepted it. undefined without `validateEvery`. */
  checked: number | undefined
  /** What the cookie brought; undefined for a session that began with this request. */
  readonly received: Received | undefined
  /** Why the cookie that the request brought was not accepted, if the session began in its place. */
  readonly rejected?: Rejection | undefined
}

/**
 * The record of a session that begins with this request. Its id is drawn at its first use: most visitors get no
 * session.
 *
 * @param sat when it began, in seconds since the epoch: earlier if it was migrated
 * @param src identifies the cookies that it was migrated from
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

/** The record of a session that a cookie brought. */
export function recordOf(received: Received): SessionRecord {
  const { sid, sat, src, ttl } = received.claims
  return { sid, sat, src, ttl, touched: false, checked: received.lastCheck, received }
}

/** Whether a session has changed, and what finding out has computed. */
export interface Change {
  readonly changed: boolean
  /** The data as JSON, if they had to be serialized. */
  readonly json?: string
}

/**
 * Whether a session is new, or differs from what the cookie brought in its own timeout or in its data.
 *
 * @param jsonOf serializes the session where nothing else tells
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`
 */
export function changeOf(
  { received, ttl }: SessionRecord,
  session: object,
  jsonOf: (session: object) => string = serialize,
): Change {
  if (received === undefined || received.claims.ttl !== ttl) return { changed: true }
  const seen = difference(session, received.data)
  if (seen !== 'unknown') return { changed: seen === 'some' }
  const json = jsonOf(session)
  const isSame = received.json === undefined ? holdsData(received.text, json) : received.json === json
  return { changed: !isSame, json }
}
