import { epochSeconds } from '../../lib/clock.js'
import { absoluteEndOf, endedBy } from '../../lib/session/lifetime.js'
import { serialize } from '../../lib/session/serialize.js'
import { encodeClaims, newSessionId } from '../../lib/token/claims.js'
import { open as openToken, seal as sealToken } from '../../lib/token/jwe.js'
import type { Sealer } from './sealer.js'
import { keys, LIFETIME } from './secrets.js'

const TIMEOUTS = { idle: LIFETIME, absolute: 7 * LIFETIME }
const LONGEST_TOKEN = 4096
const begun = { sid: newSessionId(), sat: epochSeconds() }

/** Ours, by the functions that the middleware calls, with their checks of the token, its claims and its timeouts. */
export const sealedSession: Sealer = { name: 'sealed-session', packages: [], seal, open }

function seal(data: object): string {
  const now = epochSeconds()
  const key = keys.active(now)
  if (key === undefined) throw new Error('no key is active')
  return sealToken(encodeClaims({ ...begun, iat: now, exp: absoluteEndOf(begun, TIMEOUTS) }, serialize(data)), key)
}

function open(token: string): object | null {
  const now = epochSeconds()
  const outcome = openToken(token, keys, now, LONGEST_TOKEN)
  if ('rejected' in outcome) return null
  const { claims, data } = outcome
  return endedBy(claims, TIMEOUTS, claims.iat, now) ? null : data
}
