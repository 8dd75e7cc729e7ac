import { isDue } from '../session/lifetime.js'
import { changeOf, type SessionRecord } from '../session/record.js'
import { serialize } from '../session/serialize.js'
import { LiveSession, withoutReserved } from '../session/session.js'
import type { Assessment, Brought, ContextPort, EndedSessions, Incoming } from './port.js'

/** Those that ended before one that moves in. */
const NONE: EndedSessions = new Map()

/** What has become of the session of a request. */
export interface SessionState {
  readonly incoming: Incoming
  /** What came from another package's cookie, if it did. */
  readonly adopted: SessionRecord | undefined
  /** The session that came in was ended. */
  readonly ended: boolean
  /** null or undefined if none was begun since. */
  readonly session: LiveSession | null | undefined
}

/**
 * What the cookie is decided from.
 *
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`, or `ERR_SESSION_RESERVED` for data that got past assignment
 */
export function assess({ incoming, adopted, ended, session }: SessionState, port: ContextPort): Assessment {
  const status = adopted ? 'valid' : incoming.status
  const brought = adopted ? { sid: adopted.sid, sat: adopted.sat, src: adopted.src, ended: NONE } : broughtBy(incoming)
  if (!session) {
    const facts = { incoming: status, ended: true, empty: true, changed: true, due: false, inactiveKey: false }
    return { facts, sealable: undefined, brought, cause: 'app' }
  }
  const record = LiveSession.recordOf(session)
  const { received, touched, checked } = record
  const change = changeOf(record, withoutReserved(session))
  const now = port.now()
  const slides = received !== undefined && isDue(received.claims, port.timeouts, now)
  const due = touched || slides || checked !== received?.claims.chk
  const inactiveKey = received !== undefined && ![received.kid, undefined].includes(port.activeKid(now))
  const json = change.json ?? (change.changed || due || inactiveKey ? serialize(session) : undefined)
  const empty = json === undefined ? !session.isPopulated : json === '{}'
  const facts = { incoming: status, ended, empty, changed: change.changed, due, inactiveKey }
  const cause = change.changed || touched ? 'app' : slides || inactiveKey ? 'renewal' : 'check'
  return { facts, sealable: json === undefined ? undefined : { record, json }, brought, cause }
}

function broughtBy(incoming: Incoming): Brought | undefined {
  if (incoming.status !== 'valid' || Object.keys(incoming.data).length === 0) return undefined
  const { claims, ended } = incoming
  return { sid: claims.sid, sat: claims.sat, src: claims.src, ended }
}
