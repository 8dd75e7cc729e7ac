import type { JWK } from 'jose'
import { cookieBytes, DEFAULT_SIZE_LIMIT, sizeOf } from '../cookie/budget.js'
import { withoutPrefix } from '../cookie-name.js'
import { readable } from '../duration.js'
import type { RootKey } from '../keys/root.js'
import { pathTo } from '../session/altered.js'
import type { Timeouts } from '../session/lifetime.js'
import { type Claims, type Content, decodeClaims, isDevice } from '../token/claims.js'
import { hashSessionId } from '../token/session-id.js'
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
  const kind = KINDS.find(([suffix]) => fullName.endsWith(suffix))
  const all: Row[] = [
    ['cookie', printable(fullName)],
    ...(kind ? ([['kind', kind[1]]] satisfies Row[]) : []),
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
  return ownPart(verdictOn(token, { ...given, keys, name }), name.endsWith(PROOF))
}

function ownPart({ rejected, state, content }: Verdict, isProof: boolean): Part {
  const rows: Row[] = [
    ...(state ? ([['key', state]] satisfies Row[]) : []),
    ['opens', content ? 'yes' : 'no'],
    ['verdict', rejected ? `rejected as ${rejected}: ${REASONS[rejected]}` : 'accepted'],
    ...(content ? (isProof ? proofRows(content) : claimRows(content.claims)) : []),
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

const PROOF = '.bound'

/** What a cookie is whose name has one of these suffixes. */
const KINDS: readonly (readonly [suffix: string, kind: string])[] = [
  ['.seen', 'a companion: it says when a session was last used'],
  ['.ended', 'a logout guard: it names sessions that have ended'],
  [PROOF, 'a proof: it says that a browser has the key of its device, and until when that counts'],
]

/** The claims, with dates, and with the hash of the session's id that events have. */
function claimRows({ sid, sat, iat, exp, ttl, chk, dev }: Claims): Row[] {
  const own = ttl === 0 ? 'the cookie ends with the browser' : `an idle timeout of its own: ${readable(ttl ?? 0)}`
  return [
    ['session', `${hashSessionId(sid)} (as in events)`],
    ['created', `${isoDate(sat)} (sat)`],
    ['sealed', `${isoDate(iat)} (iat)`],
    ['ends', `${isoDate(exp)} (exp)`],
    ...(ttl === undefined ? [] : ([['ttl', own]] satisfies Row[])),
    ...(chk === undefined ? [] : ([['validated', `${isoDate(chk)} (chk)`]] satisfies Row[])),
    ...(dev === undefined
      ? []
      : ([
          ['device', `bound to ${deviceOf(dev)}: with deviceBound, the app asks for its proof (dev)`],
        ] satisfies Row[])),
  ]
}

/** What a proof says. Its times are not those of a session. */
function proofRows({ claims: { sid, sat, iat, exp }, data }: Content): Row[] {
  const { dev } = data
  return [
    ['session', `${hashSessionId(sid)} (as in events)`],
    ['device', isDevice(dev) ? `it proves ${deviceOf(dev)} (dev)` : 'none, so the app ignores it'],
    ...(sat === iat ? [] : ([['registered', `${isoDate(sat)} (sat)`]] satisfies Row[])),
    ['proved', `${isoDate(iat)} (iat)`],
    ['ends', `${isoDate(exp)} (exp)`],
  ]
}

/** A session and its proof show the same hash. */
function deviceOf(dev: string): string {
  return `device ${hashSessionId(dev)}`
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
  const room = remaining < 0 ? `${-remaining} too many: browsers drop it` : `${remaining} left`
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
