import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { nearest } from '../checks.js'
import { epochSeconds } from '../clock.js'
import { MAX_COOKIE_BYTES } from '../cookie/budget.js'
import { candidates } from '../cookie/header.js'
import { invalid, type SessionError } from '../errors.js'
import { attempt } from '../token/algorithms.js'
import type { FoundSession } from '../types.js'
import { isObject, isPromise, onFailure } from '../values.js'

/** Turns the data of another package's session into those of the new one; undefined: there is no session. */
export type Transform = (data: Record<string, unknown>) => object | undefined

/** RFC 6265bis, section 4.1.3, and the draft of layered cookies. */
const PREFIXES = ['__Host-Http-', '__Host-', '__Http-', '__Secure-'] as const

/** The options that every reader has, but for `custom`. */
export interface ReaderOptions {
  /** The path that the other package set its cookies with. Browsers need it to remove them. Default `'/'`. */
  path?: string | undefined
  /** The domain that it set them with. Default none. */
  domain?: string | undefined
  /**
   * Reads the cookie under this prefix only. Other hosts and plain HTTP cannot set such a cookie; any other they can,
   * and make a visitor continue their session. Default none: the name as it is given.
   */
  prefix?: (typeof PREFIXES)[number] | undefined
  /** Picks what the new session keeps, as a cookie holds 4 KB only. Default: all data. */
  transform?: Transform | undefined
}

/** A token (RFC 6265, section 4.1.1; RFC 9110, section 5.6.2). It may begin with a prefix. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/
/** Any character but controls and semicolons (RFC 6265, section 4.1.1). */
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/
const DOMAIN = /^[0-9A-Za-z.-]+$/

/**
 * Checks the options that every reader has, and refuses unknown ones, because a misspelled option has no effect.
 *
 * @param reader the name of the reader's function, for the message
 * @param own the names of the reader's own options
 * @throws {SessionError} `ERR_SESSION_OPTIONS`
 */
export function checkOptions(reader: string, options: unknown, own: readonly string[]): void {
  if (!isObject(options)) {
    throw refused(reader, `its options must be an object: ${reader}({ ${own[0]} })`)
  }
  const known = [...own, 'path', 'domain', 'prefix', 'transform']
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw refused(reader, `unknown option "${name}": ${replacementFor(name, known)}`)
  }
  checkScope(reader, options)
  const { prefix, transform } = options
  if (prefix !== undefined && !(PREFIXES as readonly unknown[]).includes(prefix)) {
    throw refused(reader, 'prefix must be "__Host-Http-", "__Host-", "__Http-" or "__Secure-"')
  }
  if (transform !== undefined && typeof transform !== 'function') {
    throw refused(reader, 'transform must be a function of the data that returns an object or undefined')
  }
}

/** Checks the path and the domain by which a browser removes a cookie. */
export function checkScope(reader: string, scope: object): void {
  const { path = '/', domain } = scope as Record<string, unknown>
  if (!matches(PATH, path)) throw refused(reader, 'path must be the path that the cookie was set with, such as "/"')
  if (domain === undefined || matches(DOMAIN, domain)) return
  throw refused(reader, 'domain must be the domain that the cookie was set with, such as "example.com"')
}

/** Checks the name of a cookie, and adds the prefix that it must have. */
export function cookieName(
  reader: string,
  { name: given, prefix = '' }: { readonly name?: unknown; readonly prefix?: string | undefined },
  byDefault?: string,
): string {
  const name = given === undefined ? byDefault : given
  if (matches(COOKIE_NAME, name)) return name.startsWith(prefix) ? name : prefix + name
  throw refused(reader, 'name must be the name of the cookie as it was set, prefix included (RFC 6265)')
}

export function refused(reader: string, message: string): SessionError {
  return invalid(`${reader}: ${message}`)
}

/** Users copy the options of the other package, most of which are about writing. */
function replacementFor(name: string, known: readonly string[]): string {
  if (name === 'keys' && known.includes('secret')) return 'set "secret", to one or to several of them'
  if (name === 'cookie') return 'set its "path" and "domain" beside the other options, and leave out the rest'
  const suggestion = nearest(name, known)
  if (suggestion) return `did you mean "${suggestion}"?`
  return `leave it out, as reading needs only ${known.map((option) => `"${option}"`).join(', ')}`
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}

/** The data of another package's session, and its start in seconds since the epoch if that package stores it. */
export interface Contents {
  readonly data: Record<string, unknown>
  readonly createdAt?: number | undefined
}

/**
 * Makes a reader's answer. A session without data counts as none: no cookie would be written for it, so every request
 * would find it again.
 *
 * @param names the cookies that held the session
 * @param accepted the values under these names that verified
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if `transform` returns anything but a plain object or undefined
 */
export function found(
  reader: string,
  { data, createdAt }: Contents,
  names: readonly string[],
  accepted: readonly string[],
  { path, domain, transform }: ReaderOptions,
): FoundSession | undefined {
  const kept: unknown = transform ? transform(data) : data
  if (kept === undefined) return undefined
  if (isPromise(kept)) {
    onFailure(kept, () => {})
    throw refused(reader, 'transform returned a promise: make it a function that is not async, or use custom()')
  }
  if (!isPlainObject(kept)) {
    throw refused(
      reader,
      'transform returned something other than a plain object: return { ...what you keep }, or undefined for no session',
    )
  }
  if (Object.keys(kept).length === 0) return undefined
  return { data: kept, cookies: names.map((name) => ({ name, path, domain })), accepted, createdAt }
}

/** Whether a value is an object literal: not an array, a Map, a Promise or an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A secret of another package: text or bytes of any length. */
export type Secret = string | Uint8Array

/**
 * Reads the secrets of another package. Weak ones pass: refusing them would not protect the sessions that exist.
 *
 * @param option the name of the option that has them
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if there is none, with the place of one that a variable did not set
 */
export function secretsFrom<Option extends string>(
  reader: string,
  option: Option,
  options: { readonly [name in Option]?: unknown },
): readonly Secret[] {
  const given = options[option]
  const secrets: unknown[] = Array.isArray(given) ? [...given] : [given]
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets
  const lacking = secrets.findIndex((secret) => secret === undefined || secret === '')
  if (lacking !== -1 && Object.hasOwn(options, option)) {
    const place = Array.isArray(given) ? `${option}[${lacking}]` : option
    throw refused(
      reader,
      `${place} is ${secrets[lacking] === '' ? 'empty' : 'undefined'}, as from a variable that is not set: ` +
        'set it to the secret of the other package',
    )
  }
  throw refused(reader, `${option} must be the secret of the other package, or an array of every secret in use`)
}

function isSecret(value: unknown): value is Secret {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > 0
}

/**
 * Whether claims are in force now: before `exp`, and not before `nbf` (RFC 7519, sections 4.1.4 and 4.1.5). A claim
 * that is absent does not count; one that is not a number is never in force.
 */
export function isInForce({ exp, nbf }: Readonly<Record<string, unknown>>): boolean {
  const now = epochSeconds()
  return (
    (exp === undefined || (typeof exp === 'number' && exp > now)) &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= now))
  )
}

/** The most cookies that one session may be spread over. */
export const MAX_CHUNKS = 10
/** The most characters of all of them: Node accepts no more in a request head. */
const MAX_CHARACTERS = 16_384

/** The values of the cookies with this name, at most four, without those that are longer than a browser keeps. */
export function valuesOf(header: string | undefined, name: string): string[] {
  return candidates(header, name).filter(({ length }) => length <= MAX_COOKIE_BYTES)
}

/** Joins chunks, unless they are too many or too long. */
export function joined(chunks: readonly string[]): string | undefined {
  if (chunks.length > MAX_CHUNKS) return undefined
  return chunks.reduce((sum, { length }) => sum + length, 0) > MAX_CHARACTERS ? undefined : chunks.join('')
}

/** A value that may have been too long for one cookie, as a request brings it. */
export interface Chunked {
  /** The candidates for the value, in the order to try them. */
  readonly values: readonly string[]
  /** The names of the cookies. */
  readonly names: readonly string[]
}

/**
 * Reads a value from the cookie `name`, or from `name.0`, `name.1` and so on, as express-openid-connect and Auth.js
 * split it. The whole cookie comes first. Undefined if the request brings neither, which costs one search.
 */
export function chunked(header: string | undefined, name: string): Chunked | undefined {
  if (!header?.includes(name)) return undefined
  const whole = valuesOf(header, name)
  // One more than allowed, to see whether there are too many.
  const chunks = Array.from({ length: MAX_CHUNKS + 1 }, (_, index) => valuesOf(header, `${name}.${index}`))
  const values = [...whole, ...assembled(chunks)].filter((value) => value !== '')
  if (values.length === 0) return undefined
  const names = chunks.flatMap((found, index) => (found.length > 0 ? [`${name}.${index}`] : []))
  return { values, names: whole.length > 0 ? [name, ...names] : names }
}

/**
 * Joins chunks to values. If a sibling domain has added chunks, the first of each name make one value, the second of
 * each name another, and so on; a name with fewer repeats its last.
 */
function assembled(chunks: readonly (readonly string[])[]): string[] {
  const missing = chunks.findIndex((found) => found.length === 0)
  const present = missing === -1 ? chunks : chunks.slice(0, missing)
  // Chunks behind a gap belong to a value that is gone.
  if (present.length === 0 || chunks.slice(present.length).some((found) => found.length > 0)) return []
  const sets = Math.max(...present.map((found) => found.length))
  return Array.from({ length: sets }, (_, set) =>
    joined(present.map((found) => found[Math.min(set, found.length - 1)] as string)),
  ).filter((value) => value !== undefined)
}

/** Tells whether a signature belongs to a text. */
export type Verify = (text: string, signature: string) => boolean

/** The encoding of a signature, without padding. */
export type SignatureEncoding = 'base64' | 'base64url' | 'hex'

/**
 * Makes a function that verifies HMACs (RFC 2104) of other packages. It tries every secret, each in constant time:
 * while an app rotates its secrets, all of them count.
 */
export function verifier(
  secrets: readonly (string | Uint8Array)[],
  algorithm: string,
  encoding: SignatureEncoding,
): Verify {
  // KeyObjects, because Node prints them without their bytes.
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret)))
  return (text, signature) => {
    const given = Buffer.from(signature)
    return keys.some((key) => {
      const expected = createHmac(algorithm, key).update(text).digest(encoding).replace(/=+$/, '')
      // Comparing texts leaves a signature one spelling only.
      return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))
    })
  }
}

/** Whether this Node can make an HMAC with a hash of this name, which depends on its OpenSSL. */
export function isHmacAlgorithm(name: string): boolean {
  return attempt(() => createHmac(name, '')) !== undefined
}
