import { SessionError } from '../errors.js'
import { nearest } from '../suggest.js'

/** Slims down, renames or refuses what another package's session held. */
export type Transform = (data: Record<string, unknown>) => object | undefined

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
  prefix?: '__Host-' | '__Secure-' | undefined
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
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw refused(reader, `its options must be an object: ${reader}({ ${own[0]} })`)
  }
  const known = [...own, 'path', 'domain', 'prefix', 'transform']
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw refused(reader, `unknown option "${name}": ${advice(name, known)}`)
  }
  checkScope(reader, options)
  const { prefix, transform } = options as Record<string, unknown>
  if (prefix !== undefined && prefix !== '__Host-' && prefix !== '__Secure-') {
    throw refused(reader, 'prefix must be "__Host-" or "__Secure-"')
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
  return new SessionError('ERR_SESSION_OPTIONS', `${reader}: ${message}`)
}

/** Who moves here copies the options of the other package, most of which are about writing. */
function advice(name: string, known: readonly string[]): string {
  if (name === 'cookie') return 'give its "path" and "domain" beside the other options, and leave out the rest'
  const suggestion = nearest(name, known)
  if (suggestion) return `did you mean "${suggestion}"?`
  return `leave it out, reading needs no more than ${known.map((option) => `"${option}"`).join(', ')}`
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}
