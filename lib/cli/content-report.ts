import { cookieBytes, sizeOf } from '../cookie/budget.js'
import { readable } from '../duration.js'
import { pathTo } from '../session/path.js'
import type { Claims } from '../token/claims.js'
import { hashSessionId } from '../token/session-id.js'
import { isoDate } from './dates.js'
import type { Members } from './json-object.js'
import { printable } from './printable.js'
import { bar, columns } from './table.js'

/** A label and what there is to say. */
export type Row = readonly [label: string, text: string]

/** `sizeLimit`, unless an app says otherwise. */
const LIMIT = 4093

/** Claims as dates; of the session's id what events show of it. */
export function claimRows({ sid, sat, iat, exp, ttl, chk }: Claims): Row[] {
  const own = ttl === 0 ? 'the cookie ends with the browser' : `an idle timeout of its own: ${readable(ttl ?? 0)}`
  return [
    ['session', `${hashSessionId(sid)} (as in events)`],
    ['began', `${isoDate(sat)} (sat)`],
    ['sealed', `${isoDate(iat)} (iat)`],
    ['ends', `${isoDate(exp)} (exp)`],
    ...(ttl === undefined ? [] : ([['ttl', own]] satisfies Row[])),
    ...(chk === undefined ? [] : ([['validated', `${isoDate(chk)} (chk)`]] satisfies Row[])),
  ]
}

/** The times of another library's claims (RFC 7519, section 4.1). */
export function timeRows(payload: Members): Row[] {
  return ['iat', 'nbf', 'exp'].flatMap((name): Row[] => {
    const time = payload[name]
    return typeof time === 'number' && time >= 0 ? [[name, isoDate(time)]] : []
  })
}

/** What the cookie costs as browsers count. */
export function bytesRow(name: string, token: string): Row {
  const { bytes, limit, remaining } = sizeOf(cookieBytes(name, token), LIMIT, {})
  const room = remaining < 0 ? `${-remaining} too many: browsers drop it` : `${remaining} left`
  return ['bytes', `${bytes} of ${limit}, ${room}`]
}

/** What every top-level key costs, dearest first, as a bar against the limit: names and sizes, never values. */
export function keyLines(name: string, token: string, data: object): string[] {
  const { bytes, limit, largest } = sizeOf(cookieBytes(name, token), LIMIT, data)
  const rest = Math.max(0, bytes - largest.reduce((sum, cost) => sum + cost.bytes, 0))
  const costs = [
    ...largest.map((cost) => [printable(pathTo('', cost.key)), cost.bytes] as const),
    ['(the rest)', rest] as const,
  ]
  return columns(costs.map(([key, cost]) => [`  ${key}`, String(cost).padStart(4), bar(cost, limit)]))
}
