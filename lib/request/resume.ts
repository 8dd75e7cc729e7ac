import { SessionError } from '../errors.js'
import { newRecord, type SessionRecord } from '../session/record.js'
import { dataFrom, serialize } from '../session/serialize.js'
import { LiveSession, type SessionHost } from '../session/session.js'
import type { ForeignCookie, FoundSession } from '../session-reader.js'
import { dataOf } from '../token/claims.js'
import type { Incoming } from './port.js'

/** The session of another package, as one of ours. */
export interface Adopted {
  readonly record: SessionRecord
  /** Its data, as they were found. */
  readonly json: string
  /** The other package's cookies. */
  readonly cookies: readonly ForeignCookie[]
}

/**
 * @param src what stands for the cookies that it came from, undefined if it came in none
 * @param now seconds since the epoch
 * @throws {SessionError} for data that no session can hold, or a start that is no time
 */
export function adoptedFrom({ data, createdAt, cookies }: FoundSession, src: string | undefined, now: number): Adopted {
  const start = Math.floor(createdAt ?? now)
  if (!(start >= 0)) {
    throw new SessionError(
      'ERR_SESSION_OPTIONS',
      'a reader returned a "createdAt" that is not a time: return seconds since 1970',
    )
  }
  // A reader in JavaScript may have left them out.
  return { record: newRecord(Math.min(start, now), src), json: serialize(dataFrom(data)), cookies: cookies ?? [] }
}

type Valid = Extract<Incoming, { status: 'valid' }>

/** The session that a cookie brought. */
export function resumed(host: SessionHost, { kid, claims, data, text }: Valid): LiveSession {
  const { sid, sat, src, ttl, chk } = claims
  const received = { kid, claims, data, text }
  return new LiveSession(host, { sid, sat, src, ttl, touched: false, checked: chk, received }, data)
}

/** The session that came from another package. */
export function resumedElsewhere(host: SessionHost, { record, json }: Adopted): LiveSession {
  return new LiveSession(host, record, JSON.parse(json))
}

/**
 * The session as it came, if one did: with new data, as the app was handed those that came, and may have changed what
 * is nested in them.
 */
export function loadedAgain(
  host: SessionHost,
  incoming: Incoming,
  adopted: Adopted | undefined,
): LiveSession | undefined {
  if (adopted) return resumedElsewhere(host, adopted)
  return incoming.status === 'valid' ? resumed(host, { ...incoming, data: dataOf(incoming.text) }) : undefined
}

/** Whether the browser holds a cookie that is to go, though the app has not said so in this request. */
export function wasEnded(incoming: Incoming): boolean {
  return incoming.status === 'rejected' && incoming.reason === 'ended'
}
