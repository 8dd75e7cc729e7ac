import { epochSeconds } from '../clock.js'
import { invalid, type SessionError } from '../errors.js'
import { isObject } from '../json.js'
import type { FoundSession } from '../session-reader.js'
import { nearest } from '../suggest.js'

/** Slims down, renames or refuses what another package's session held. */
export type Transform = (data: Record<string, unknown>) => object | undefined

/** RFC 6265bis, section 4.1.3, and layered cookies. */
const PREFIXES = ['__Host-Http-', '__Host-', '__Http-', '__Secure-'] as const

/** The options that every reader of a cookie has. */
export interface ReaderOptions {
  /** The path that the other package set its cookies with, so that browsers remove them. Default `'/'`. */
  path?: string | undefined
  /** The domain that the other package set its cookies with. Default none. */
  domain?: string | undefined
  /**
   * Reads the cookie under this prefix only, which browsers keep other hosts, and plain HTTP, from setting. Without it,
   * who can set cookies for your host can have a session of theirs move in. Default none: the name as it is given.
   */
  prefix?: (typeof PREFIXES)[number] | undefined
  /**
   * Turns the other package's data into that of the new session, as our cookie holds 4 KB and theirs may have held
   * more; undefined means that there is no session.
   */
  transform?: Transform | undefined
}

/** A cookie's name is a token (RFC 6265, section 4.1.1; RFC 9110, section 5.6.2). Prefixes are the other package's. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/
/** RFC 6265, section 4.1.1: any character but controls and semicolons. */
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/
const DOMAIN = /^[0-9A-Za-z.-]+$/

/**
 * Checks that these are options that a reader has: a misspelled one is a setting that is not in force.
 *
 * @param reader the function that was called, for the message
 * @param own the reader's options beside those that all have
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

/** Checks the path and the domain of a cookie that is to be removed. */
export function checkScope(reader: string, scope: object): void {
  const { path = '/', domain } = scope as Record<string, unknown>
  if (!matches(PATH, path)) throw refused(reader, 'path must be the path that the cookie was set with, such as "/"')
  if (domain === undefined || matches(DOMAIN, domain)) return
  throw refused(reader, 'domain must be the domain that the cookie was set with, such as "example.com"')
}

/** The name of a cookie, checked, with the prefix that it must have. */
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

/** Who moves here copies the options of the other package, most of which are about writing. */
function replacementFor(name: string, known: readonly string[]): string {
  if (name === 'cookie') return 'give its "path" and "domain" beside the other options, and leave out the rest'
  const suggestion = nearest(name, known)
  if (suggestion) return `did you mean "${suggestion}"?`
  return `leave it out, reading needs no more than ${known.map((option) => `"${option}"`).join(', ')}`
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}

/** The data of another package's session, and when it began if that package says so. */
export interface Contents {
  readonly data: Record<string, unknown>
  readonly createdAt?: number | undefined
}

/**
 * What a reader answers. A session without data is none: ours would not be written for it, so that it would be found
 * again with every request.
 *
 * @param names the cookies that the session came in
 * @param accepted what verified, of all that came under these names
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if `transform` returns something that is no data
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
  if (!isPlainObject(kept)) {
    throw refused(
      reader,
      'transform returned something other than a plain object: return { ...what you keep }, or undefined for no session',
    )
  }
  if (Object.keys(kept).length === 0) return undefined
  return { data: kept, cookies: names.map((name) => ({ name, path, domain })), accepted, createdAt }
}

/** An object that is nothing but its members: no array, Map, Promise or instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A secret as other packages take them: of any length, as text or bytes. */
export type Secret = string | Uint8Array

/**
 * The secrets of another package, newest first, checked only for being there: how strong they are was its business,
 * and sessions that exist would not become better by being refused.
 *
 * @param option the option's name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if there is none
 */
export function secretsFrom(reader: string, option: string, given: unknown): readonly Secret[] {
  const secrets: unknown[] = Array.isArray(given) ? [...given] : [given]
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets
  throw refused(reader, `${option} must be the secret of the other package, or an array of every secret in use`)
}

function isSecret(value: unknown): value is Secret {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > 0
}

/**
 * Whether claims are in force now: before `exp` and not before `nbf` (RFC 7519, sections 4.1.4 and 4.1.5), as far as
 * they are there. One that is no number is not passed over.
 */
export function isInForce({ exp, nbf }: Readonly<Record<string, unknown>>): boolean {
  const now = epochSeconds()
  return (
    (exp === undefined || (typeof exp === 'number' && exp > now)) &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= now))
  )
}
