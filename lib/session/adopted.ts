import { SessionError } from '../errors.js'
import type { ForeignCookie, FoundSession } from '../session-reader.js'
import { dataFrom } from './data.js'
import { newRecord, type SessionRecord } from './record.js'
import { serialize } from './serialize.js'

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
