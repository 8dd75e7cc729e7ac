import { dataOf } from '../token/claims.js'
import type { Adopted } from './adopted.js'
import type { Incoming } from './port.js'
import { LiveSession, type SessionHost } from './session.js'

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
