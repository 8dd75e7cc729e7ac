import type { JWK } from 'jose'
import { readable, withoutPrefix } from '../checks.js'
import { cookieBytes, DEFAULT_SIZE_LIMIT, MAX_COOKIE_BYTES, sizeOf } from '../cookie/budget.js'
import { cookiePurpose, type KeyState, keyState, mayOpen, newestFirst } from '../keys/ring.js'
import type { RootKey } from '../keys/root.js'
import { pathTo } from '../session/altered.js'
import { endedBy, type Timeouts } from '../session/lifetime.js'
import { isReserved } from '../session/session.js'
import { type Claims, type Content, decodeClaims, hashSessionId, isDevice } from '../token/claims.js'
import { MAX_TOKEN, open } from '../token/jwe.js'
import { type TokenKeys, tokenKeyOf } from '../token/key.js'
import type { Rejection } from '../types.js'
import { jsonObject, type Members } from '../values.js'
import { type Found, openForeign } from './cookie-input.js'
import { bar, columns, isoDate, printable } from './io.js'

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
    const how = 'no keys: set SESSION_KEYS, or give --keys-file .env or --jwk-file <file>'
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

/** Whether the middleware would accept a token, and what is in it. */
export interface Verdict {
  readonly rejected: Rejection | undefined
  /** The state of the key that the token names, if it was given. */
  readonly state: KeyState | undefined
  readonly content: Content | undefined
}

/** What a verdict depends on. */
export interface Inspection {
  /** The cookie's base name. */
  readonly name: string
  readonly audience: string | undefined
  readonly keys: readonly RootKey[]
  readonly timeouts: Timeouts
  /** Seconds since the epoch. */
  readonly now: number
}

export function verdictOn(token: string, { name, audience, keys, timeouts, now }: Inspection): Verdict {
  const outcome = open(token, allKeys(keys, name, audience), now, MAX_TOKEN)
  const key = keys.find(({ kid }) => kid === outcome.kid)
  const state = key && keyState(key, newestFirst(keys), now)
  const content = 'rejected' in outcome ? undefined : outcome
  const rejected = 'rejected' in outcome ? outcome.rejected : contentRejection(outcome, timeouts, now)
  // An app does not open tokens with a key that has ended.
  const hasEnded = state !== undefined && !mayOpen(state)
  return { rejected: hasEnded ? 'missing-key' : rejected, state, content }
}

/** Why the content of a token is not accepted. */
export function contentRejection({ claims, data }: Content, timeouts: Timeouts, now: number): Rejection | undefined {
  return Object.keys(data).some(isReserved) ? 'malformed' : endedBy(claims, timeouts, claims.iat, now)
}

/** Any algorithms do: nothing is sealed here. */
const SEALING = { alg: 'dir', enc: 'A256GCM' } as const

/** All keys, because the user wants to see what ended ones have sealed. */
function allKeys(keys: readonly RootKey[], name: string, audience: string | undefined): TokenKeys {
  // No cookie of ours has a name of over 64 characters, and HKDF does not take any length.
  const purpose = purposeOf(name.slice(0, 100))
  const sealing = { ...SEALING, audience }
  const tokenKeys = new Map(keys.map((root) => [root.kid, tokenKeyOf(root, purpose, sealing)]))
  return { active: () => undefined, find: (kid) => tokenKeys.get(kid) }
}

/** The name of a companion, a guard or a proof ends as the purpose of its keys begins. */
function purposeOf(name: string): string {
  const [, base, kind] = /^(.*)\.(seen|ended|bound)$/.exec(name) ?? []
  return kind ? `${kind}/${base}` : cookiePurpose(name)
}

/** What each reason means, and what to check. */
export const REASONS: Readonly<Record<Rejection, string>> = {
  malformed: 'it is cut off, changed, or of another library (which --jwk-file opens)',
  'too-long': 'it has more than 4096 characters, which no browser sends',
  'missing-key': 'its kid names no key that may open now: give the keys of the app that sealed it',
  tampered:
    'its tag does not verify: it was changed, or sealed for another name (--name) or audience (--audience), or by another key',
  future: 'it begins, or was sealed, after this time (or --at): compare the clocks of the instances',
  absolute: 'it began longer ago than the absolute timeout (--absolute-timeout)',
  idle: 'it was sealed longer ago than its idle timeout (--idle-timeout, or its ttl). Only the .seen cookie beside it says if it was used since: inspect that as well',
  expired: 'the end that was sealed into it has passed',
  ended: 'the session was ended before, as the logout guard beside it says',
  schema: 'its data do not fit the schema of the app',
  unproven: 'it is bound to a device, which the request has to prove',
  unbound: 'it is bound to no device, and was not bound in time',
  invalidated: 'the app did not let the session go on',
}

/** Members whose values tell nothing about the content. */
const SHOWN = new Set(['alg', 'enc', 'kid', 'typ', 'cty', 'zip', 'p2c'])
/** Times that some libraries put in the header. */
const TIMES = new Set(['iat', 'uat', 'nbf', 'exp'])

/** The protected header of any JWE, which is not verified; undefined if there is none. */
export function headerOf(token: string): Members | undefined {
  return jsonObject(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'))
}

/**
 * Describes a header in one line. For members that may repeat claims (RFC 7519, section 5.3), it gives the size only.
 */
export function describeHeader(header: Members): string {
  return Object.entries(header)
    .map(([name, value]) => `${printable(name)} ${describe(name, value)}`)
    .join(', ')
}

function describe(name: string, value: unknown): string {
  if (SHOWN.has(name) && (typeof value === 'string' || typeof value === 'number')) return printable(String(value))
  if (TIMES.has(name) && typeof value === 'number' && value >= 0) return isoDate(value)
  return `(${Buffer.byteLength(JSON.stringify(value))} bytes)`
}
