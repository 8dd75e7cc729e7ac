import type { JWK } from 'jose'
import { cookieBytes, DEFAULT_SIZE_LIMIT, MAX_COOKIE_BYTES, sizeOf } from '../cookie/budget.js'
import { withoutPrefix } from '../cookie-name.js'
import { readable } from '../duration.js'
import type { RootKey } from '../keys/root.js'
import { pathTo } from '../session/altered.js'
import type { Timeouts } from '../session/lifetime.js'
import { type Claims, decodeClaims, hashSessionId } from '../token/claims.js'
import { jsonObject, type Members } from '../values.js'
import type { Found } from './cookie-input.js'
import { openForeign } from './foreign.js'
import { bar, columns, isoDate, printable } from './print.js'
import { contentRejection, describeHeader, headerOf, REASONS, type Verdict, verdictOn } from './verdict.js'

/** The keys, timeouts and time for inspecting tokens. Times are in seconds. */
export interface Circumstances {
  /** The cookie of a token that came without a name. */
  readonly defaultName: string
  readonly audience: string | undefined
  readonly keys: readonly RootKey[] | undefined
  readonly jwks: readonly JWK[] | undefined
  readonly timeouts: Timeouts
  readonly now: number
}

/** The report on one token. */
export interface Report {
  readonly lines: readonly string[]
  readonly accepted: boolean
}

interface Part {
  readonly rows: readonly Row[]
  readonly accepted: boolean
  readonly data?: object
}

export async function reportOn({ name, token }: Found, circumstances: Circumstances): Promise<Report> {
  const fullName = name ?? circumstances.defaultName
  const header = headerOf(token)
  const { rows, accepted, data } = await judge(token, header, withoutPrefix(fullName), circumstances)
  const all: Row[] = [
    ['cookie', printable(fullName)],
    bytesRow(fullName, token),
    ['header', header ? describeHeader(header) : 'none that can be read'],
    ...rows,
  ]
  return { lines: [...columns(all), ...(data ? keyLines(fullName, token, data) : [])], accepted }
}

async function judge(token: string, header: Members | undefined, name: string, given: Circumstances): Promise<Part> {
  const { keys, jwks } = given
  if (token === '') return { rows: [['verdict', 'empty, which removes the cookie']], accepted: false }
  const isOurs = keys?.some(({ kid }) => kid === header?.['kid'])
  if (jwks !== undefined && header !== undefined && !isOurs) return foreignPart(token, header, jwks, given)
  if (keys === undefined) {
    const how = 'no keys: set SESSION_KEYS, or give --keys-file or --jwk-file'
    return { rows: [['verdict', `not opened, ${how}`]], accepted: false }
  }
  return ownPart(verdictOn(token, { ...given, keys, name }))
}

function ownPart({ rejected, state, content }: Verdict): Part {
  const rows: Row[] = [
    ...(state ? ([['key', state]] satisfies Row[]) : []),
    ['opens', content ? 'yes' : 'no'],
    ['verdict', rejected ? `rejected as ${rejected}: ${REASONS[rejected]}` : 'accepted'],
    ...(content ? claimRows(content.claims) : []),
  ]
  return { rows, accepted: rejected === undefined, ...(content ? { data: content.data } : {}) }
}

async function foreignPart(token: string, header: Members, jwks: readonly JWK[], given: Circumstances): Promise<Part> {
  const outcome = await openForeign(token, header, jwks)
  if ('refused' in outcome) return { rows: [['opens', `no: ${outcome.refused}`]], accepted: false }
  const own = decodeClaims(outcome.plaintext)
  if (own === undefined) return strangersPart(outcome.plaintext)
  const rejected = contentRejection(own, given.timeouts, given.now)
  const rows: Row[] = [
    ['opens', 'yes'],
    ['verdict', rejected ? `rejected as ${rejected}: ${REASONS[rejected]}` : 'accepted'],
    ...claimRows(own.claims),
  ]
  return { rows, accepted: rejected === undefined, data: own.data }
}

function strangersPart(plaintext: Buffer): Part {
  const payload = jsonObject(plaintext.toString('utf8'))
  if (payload) return { rows: [['opens', 'yes'], ...timeRows(payload)], accepted: true, data: payload }
  return { rows: [['opens', `yes: ${plaintext.length} bytes that are not a JSON object`]], accepted: true }
}

/** A line of a report. */
type Row = readonly [label: string, text: string]

/** The claims, with dates, and with the hash of the session's id that events have. */
function claimRows({ sid, sat, iat, exp, ttl, chk }: Claims): Row[] {
  const own = ttl === 0 ? 'the cookie ends with the browser' : `an idle timeout of its own: ${readable(ttl ?? 0)}`
  return [
    ['session', `${hashSessionId(sid)} (as in events)`],
    ['created', `${isoDate(sat)} (sat)`],
    ['sealed', `${isoDate(iat)} (iat)`],
    ['ends', `${isoDate(exp)} (exp)`],
    ...(ttl === undefined ? [] : ([['ttl', own]] satisfies Row[])),
    ...(chk === undefined ? [] : ([['validated', `${isoDate(chk)} (chk)`]] satisfies Row[])),
  ]
}

/** The times in another library's claims (RFC 7519, section 4.1). */
function timeRows(payload: Members): Row[] {
  return ['iat', 'nbf', 'exp'].flatMap((name): Row[] => {
    const time = payload[name]
    return typeof time === 'number' && time >= 0 ? [[name, isoDate(time)]] : []
  })
}

/** The size of the cookie, as browsers count it. */
function bytesRow(name: string, token: string): Row {
  const { bytes, limit, remaining } = sizeOf(cookieBytes(name, token), DEFAULT_SIZE_LIMIT, {})
  const many =
    bytes > MAX_COOKIE_BYTES ? 'too many: browsers drop it' : 'too many, unless the app has a larger sizeLimit'
  const room = remaining < 0 ? `${-remaining} ${many}` : `${remaining} left`
  return ['bytes', `${bytes} of ${limit}, ${room}`]
}

/** The share of every top-level key in the limit, the largest first: names and sizes, never values. */
export function keyLines(name: string, token: string, data: object): string[] {
  const { bytes, limit, largest } = sizeOf(cookieBytes(name, token), DEFAULT_SIZE_LIMIT, data)
  const rest = Math.max(0, bytes - largest.reduce((sum, cost) => sum + cost.bytes, 0))
  const costs = [
    ...largest.map((cost) => [printable(pathTo('', cost.key)), cost.bytes] as const),
    ['(the rest)', rest] as const,
  ]
  return columns(costs.map(([key, cost]) => [`  ${key}`, String(cost).padStart(4), bar(cost, limit)]))
}
