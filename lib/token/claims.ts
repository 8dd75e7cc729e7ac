import { isUtf8 } from 'node:buffer'
import { isObject, jsonObject, type Members } from '../json.js'

/** What a token says of its session. Times are whole seconds since the epoch. */
export interface Claims {
  /** Session id. */
  readonly sid: string
  /** When the session began: what the absolute timeout counts from. */
  readonly sat: number
  /** When this token was sealed: what the idle timeout counts from. */
  readonly iat: number
  /** When this token ends, by the timeouts of the instance that sealed it. */
  readonly exp: number
  /** This session's own idle timeout in seconds; 0: its cookie ends with the browser. */
  readonly ttl?: number | undefined
  /** When `validate` last said that the session may go on. */
  readonly chk?: number | undefined
  /** The source of a session that moved in: a hash of the cookies that it came from. */
  readonly src?: string | undefined
}

/** The plaintext of a token: the claims, then the app's data, which are JSON already. */
export function encodeClaims({ sid, sat, iat, exp, ttl, chk, src }: Claims, json: string): string {
  const times = (ttl === undefined ? '' : `,"ttl":${ttl}`) + (chk === undefined ? '' : `,"chk":${chk}`)
  const own = times + (src === undefined ? '' : `,"src":"${src}"`)
  return `{"sid":"${sid}","sat":${sat},"iat":${iat},"exp":${exp}${own},"data":${json}}`
}

/** A plaintext and what it says. */
export interface Content {
  readonly claims: Claims
  readonly data: Record<string, unknown>
  readonly text: string
}

/** The claims and data of a plaintext, or undefined if it is not a session's. Only ever called on what verified. */
export function decodeClaims(plaintext: Buffer): Content | undefined {
  if (!isUtf8(plaintext)) return undefined
  const text = plaintext.toString('utf8')
  const value = jsonObject(text)
  if (value === undefined) return undefined
  const { sid, sat, iat, exp, data } = value
  const [ttl, chk, src] = [optional(value, 'ttl'), optional(value, 'chk'), optional(value, 'src')]
  const valid = isId(sid) && isTime(sat) && isTime(iat) && isTime(exp) && isTimeOrAbsent(ttl) && isTimeOrAbsent(chk)
  if (!valid || !isObject(data) || !(src === undefined || isId(src))) return undefined
  return { claims: { sid, sat, iat, exp, ttl, chk, src }, data, text }
}

/**
 * Whether the data of a plaintext are these, as JSON. A plaintext of ours ends with its data, so that they are seen
 * without being serialized again; one that somebody else wrote may spell them differently.
 *
 * @param text a plaintext that was decoded
 */
export function holdsData(text: string, json: string): boolean {
  const start = text.length - json.length - 1
  // Equality compares memory; `endsWith` would compare character by character.
  const isOurs = text.slice(start, -1) === json && text.slice(start - ',"data":'.length, start) === ',"data":'
  return isOurs || JSON.stringify(dataOf(text)) === json
}

/** The data of a plaintext that was decoded, as new objects. */
export function dataOf(text: string): Record<string, unknown> {
  return JSON.parse(text).data
}

/** What other code has put on `Object.prototype` is no claim. */
function optional(value: Members, claim: string): unknown {
  return Object.hasOwn(value, claim) ? value[claim] : undefined
}

/** Whether a session can have this id. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
}

function isTimeOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || isTime(value)
}

/** Whole seconds since the epoch. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
