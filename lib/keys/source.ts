import { SessionError } from '../errors.js'
import { isObject, own, parseJson } from '../values.js'
import { isBrokenJson, mistakeIn, wrongType } from './mistakes.js'
import { type KeyTimes, RootKey } from './root.js'
import { weakness } from './strength.js'

/** A symmetric JSON Web Key (RFC 7517; RFC 7518, section 6.4) with a root secret. It must have no `alg`. */
export interface RootJwk extends KeyTimes {
  /** The only kind of key that can seal a session. */
  readonly kty: 'oct'
  /** At least 32 random bytes in base64url, without padding. */
  readonly k: string
  /** 1 to 32 characters of `A-Z a-z 0-9 _ -`. Default: derived from the secret. */
  readonly kid?: string
  /** Other members are ignored, but for other names of these. */
  readonly [member: string]: unknown
}

/** A JWK Set (RFC 7517, section 5) of root secrets. */
export interface RootJwkSet {
  /** In any order if each has an `nbf`, or else the newest first. */
  readonly keys: readonly RootJwk[]
}

/** A secret, a JWK, a JWK Set, JSON text of one of them, or several secrets and JWKs with the newest first. */
export type KeyInput = string | RootJwk | RootJwkSet | readonly (string | RootJwk)[]

const KID = /^[A-Za-z0-9_-]{1,32}$/
/** The end of messages: how to make a key. */
export const HOW_TO_MAKE = 'make one with npx sealed-session keygen'

/**
 * Reads keys in any of the forms that `keys` takes, in the order in which they were given.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` for none, a weak one, a malformed one, or two with the same kid
 */
export function readKeys(input: unknown): RootKey[] {
  const keys = sourcesIn(input).map(toRootKey)
  if (keys.length === 0) throw unusable(`the list of keys is empty: add a key, or ${HOW_TO_MAKE}`)
  const kids = new Set<string>()
  for (const { kid } of keys) {
    if (kids.has(kid)) throw unusable(`two keys have the kid "${kid}": leave one out, or give each its own "kid"`)
    kids.add(kid)
  }
  checkRevoked(keys)
  return keys
}

/** A secret that has leaked must not open sessions under another kid. */
function checkRevoked(keys: readonly RootKey[]): void {
  const revoked = keys.filter(isEverRevoked).map((key) => ({ key, thumbprint: key.thumbprint() }))
  for (const { key, thumbprint } of revoked) {
    const other = keys.find((one) => !isEverRevoked(one) && one.thumbprint() === thumbprint)
    if (other === undefined) continue
    throw unusable(`the keys "${other.kid}" and "${key.kid}" are the same secret, but only one is revoked: revoke both`)
  }
}

function isEverRevoked({ times: { revoked } }: RootKey): boolean {
  return revoked !== undefined && revoked !== false
}

/** A key that a set revokes, by its kid and its secret, as far as the set names them. */
export interface Revocation {
  readonly kid: string | undefined
  /** Thumbprints of the secrets that `k` may mean. */
  readonly thumbprints: readonly string[]
  /** When, in seconds since the epoch; true: always. */
  readonly at: number | true
}

/**
 * Finds the revocations in a set that cannot be used, because a key that has leaked must not stay in use until the set
 * is repaired. A revoked entry may itself be broken, as when its secret was taken out.
 */
export function revocationsIn(input: unknown): Revocation[] {
  return entriesIn(input, MAX_NESTING).flatMap(({ kid, k, revoked }) => {
    const at = revokedAt(revoked)
    return at === undefined
      ? []
      : [{ kid: typeof kid === 'string' ? kid : undefined, thumbprints: thumbprintsOf(k), at }]
  })
}

/** The key, revoked if one of these revokes it. */
export function withRevocations(key: RootKey, revocations: readonly Revocation[]): RootKey {
  const found = revocations.filter(({ kid, thumbprints }) => kid === key.kid || thumbprints.includes(key.thumbprint()))
  return found.reduce((left, { at }) => left.revokedAt(at), key)
}

/**
 * The keys of a set whose only mistakes are in keys that are revoked already; undefined if there are others. The keys
 * that are left may have to replace one that has leaked.
 *
 * @param now seconds since the epoch
 */
export function keysBeside(input: unknown, revocations: readonly Revocation[], now: number): RootKey[] | undefined {
  try {
    const usable = sourcesIn(input).filter((source, index) => !isRevokedBy(source, now) || isReadable(source, index))
    return readKeys(usable).map((key) => withRevocations(key, revocations))
  } catch {
    return undefined
  }
}

function isRevokedBy(source: unknown, now: number): boolean {
  const at = isObject(source) ? revokedAt(source['revoked']) : undefined
  return at === true || (at !== undefined && at <= now)
}

function isReadable(source: unknown, index: number): boolean {
  try {
    toRootKey(source, index)
    return true
  } catch {
    return false
  }
}

/**
 * When a key is revoked, also where the set says it in milliseconds, or in text: a number, a date, or yes or no. What
 * is none of these counts as always.
 */
function revokedAt(revoked: unknown): number | true | undefined {
  if (typeof revoked === 'string') {
    const text = revoked.trim()
    if (/^(?:|0|no|off|false|null|undefined)$/i.test(text)) return undefined
    return revokedAt(Number.isNaN(Number(text)) ? Date.parse(text) : Number(text))
  }
  if (typeof revoked !== 'number') return revoked ? true : undefined
  if (isEpochSeconds(revoked)) return revoked
  return revoked > 0 ? revoked / 1000 : true
}

/** Reads `k` as base64 of either alphabet, and as a secret that was not encoded. */
function thumbprintsOf(k: unknown): string[] {
  if (typeof k !== 'string') return []
  const secrets = [Buffer.from(k, 'base64url'), Buffer.from(k, 'utf8')].filter(({ length }) => length > 0)
  return secrets.map((secret) => new RootKey(secret, undefined, {}).thumbprint())
}

/** A JSON text of an array with a JWK Set has this depth. */
const MAX_NESTING = 4

/** Every object in a set that may be a key, at any place. */
function entriesIn(input: unknown, depth: number): Record<string, unknown>[] {
  if (depth === 0) return []
  if (typeof input === 'string') return entriesIn(parseJson(input.trim()), depth - 1)
  if (Array.isArray(input)) return input.flatMap((one) => entriesIn(one, depth - 1))
  if (!isObject(input)) return []
  const { keys } = input
  // As an array, or by their kids.
  return typeof keys === 'object' && keys !== null ? entriesIn(Object.values(keys), depth) : [input]
}

/** The keys in what `keys` was given, each a secret, a JWK, or a mistake. */
export function sourcesIn(input: unknown): readonly unknown[] {
  const json = fromJson(input, 0)
  if (json !== undefined) return sourcesIn(json)
  // `map` would skip holes.
  if (Array.isArray(input)) return Array.from(input, (source, index) => fromJson(source, index) ?? source)
  if (isObject(input) && Array.isArray(input['keys'])) return Array.from(input['keys'])
  return [input]
}

/** Parses a text that begins like JSON; undefined if it is a random secret that begins so. */
function fromJson(input: unknown, index: number): object | undefined {
  if (!isJson(input)) return undefined
  try {
    // Some editors put a byte order mark before it, which `trim` takes for white space.
    return JSON.parse(input.trim())
  } catch {
    const mistake = mistakeIn(input.trim())
    if (mistake !== undefined) throw unusable(`${nth(index)} ${mistake}`)
    if (!isBrokenJson(input)) return undefined
    throw unusable(
      `${nth(index)} begins like JSON, with { or [, but cannot be parsed: give the whole JSON, with its quotation marks`,
    )
  }
}

function isJson(input: unknown): input is string {
  return typeof input === 'string' && /^\s*[{[]/.test(input)
}

function toRootKey(source: unknown, index: number): RootKey {
  if (typeof source === 'string') return fromSecret(source, index)
  if (isObject(source) && 'kty' in source) return fromJwk(source, index)
  throw unusable(`${nth(index)} ${wrongType(source)}${source == null ? `; ${HOW_TO_MAKE}` : ''}`)
}

function fromSecret(secret: string, index: number): RootKey {
  if (secret.trim() === '') {
    throw unusable(`${nth(index)} is empty, as from a variable that has no value: set it, or ${HOW_TO_MAKE}`)
  }
  const mistake = mistakeIn(secret.trim())
  if (mistake !== undefined) throw unusable(`${nth(index)} ${mistake}`)
  // Secrets from files often end in a line feed, which would make them a different key.
  if (secret !== secret.trim()) throw unusable(`${nth(index)} begins or ends with white space: trim it`)
  if (/[^ -~]/.test(secret) && /^\p{Cf}|\p{Cf}$/u.test(secret))
    throw unusable(`${nth(index)} begins or ends with an invisible character: remove it`)
  return checked(Buffer.from(secret, 'utf8'), undefined, {}, index)
}

function fromJwk(jwk: Record<string, unknown>, index: number): RootKey {
  const { kty, k, kid, alg, use } = own(jwk)
  if (kty !== 'oct') throw unusable(`${nth(index)} is a JWK of another kind than "oct": ${HOW_TO_MAKE}`)
  if (alg !== undefined) {
    throw unusable(
      `${nth(index)} has an "alg", and so is for one use only: give the key that it was exported from, or leave "alg" out`,
    )
  }
  if (use !== undefined && use !== 'enc') {
    throw unusable(`${nth(index)} has a "use" that is not "enc", and would be for two uses: ${HOW_TO_MAKE}`)
  }
  checkMembers(jwk, index)
  if (kid !== undefined && !(typeof kid === 'string' && KID.test(kid))) {
    throw unusable(
      `the "kid" of ${nth(index)} is not 1 to 32 characters of A-Z a-z 0-9 _ -: change it, or leave it out`,
    )
  }
  return checked(bytesOf(k, index), kid, times(jwk, index), index)
}

/** Of other names that tell when a key is used, and the one that has the effect. */
const TIMES: Readonly<Record<string, keyof KeyTimes>> = {
  ...{ nbf: 'nbf', notbefore: 'nbf' },
  ...{ exp: 'exp', expires: 'exp', expiry: 'exp', expiresat: 'exp', notafter: 'exp' },
  ...{ revoked: 'revoked', revoke: 'revoked', revokedat: 'revoked', isrevoked: 'revoked', compromised: 'revoked' },
}

/** Members that nobody knows are ignored (RFC 7517, section 4), which must not keep a key in use that has leaked. */
function checkMembers(jwk: Record<string, unknown>, index: number): void {
  for (const member of Object.keys(jwk)) {
    const meant = own(TIMES)[member.toLowerCase().replace(/[-_]/g, '')]
    if (meant === undefined || meant === member) continue
    throw unusable(`${nth(index)} has a "${meant}" under another name, which has no effect: call it "${meant}"`)
  }
}

function bytesOf(k: unknown, index: number): Buffer {
  const bytes = typeof k === 'string' ? Buffer.from(k, 'base64url') : undefined
  if (bytes?.toString('base64url') === k && bytes !== undefined) return bytes
  const mistake = typeof k === 'string' ? mistakeIn(k.trim()) : undefined
  if (mistake !== undefined) throw unusable(`the "k" of ${nth(index)} ${mistake}`)
  throw unusable(
    `the "k" of ${nth(index)} ${encodingOf(k)}, and must be base64url without padding (RFC 7518, section 6.4.1): ` +
      'give key.toString("base64url")',
  )
}

/** What is wrong with a "k" that is not base64url. */
function encodingOf(k: unknown): string {
  if (k === undefined) return 'is missing'
  if (typeof k !== 'string') return 'is not text'
  if (k !== k.trim()) return 'has white space around it'
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(k) && /[+/]/.test(k)) return 'has + or / (write - for + and _ for /)'
  if (/^[\w-]+={1,2}$/.test(k)) return 'ends in padding (leave the = out)'
  return 'has other characters, or extra bits'
}

function checked(secret: Buffer, kid: string | undefined, when: KeyTimes, index: number): RootKey {
  const weak = weakness(secret)
  if (weak) throw unusable(`${nth(index)} ${weak}: ${HOW_TO_MAKE}`)
  return new RootKey(secret, kid, when)
}

function times(jwk: Record<string, unknown>, index: number): KeyTimes {
  const { nbf, exp, revoked } = own(jwk)
  const isBoolean = typeof revoked === 'boolean'
  return {
    ...(nbf === undefined ? {} : { nbf: checkedTime(nbf, 'nbf', index) }),
    ...(exp === undefined ? {} : { exp: checkedTime(exp, 'exp', index) }),
    ...(revoked === undefined ? {} : { revoked: isBoolean ? revoked : checkedTime(revoked, 'revoked', index) }),
  }
}

/** Whether it is a NumericDate (RFC 7519, section 2). The bound, in the year 5138, tells milliseconds from seconds. */
function isEpochSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e11
}

function checkedTime(value: unknown, member: string, index: number): number {
  if (isEpochSeconds(value)) return value
  const boolean = member === 'revoked' ? 'true, or ' : ''
  throw unusable(
    `the "${member}" of ${nth(index)} is not a number of seconds since 1970: ` +
      `set ${boolean}seconds such as 1767225600, not milliseconds`,
  )
}

function nth(index: number): string {
  return `key ${index + 1}`
}

function unusable(message: string): SessionError {
  return new SessionError('ERR_SESSION_KEYS', message)
}
