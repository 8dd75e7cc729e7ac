import { invalid } from './errors.js'

/** `token` (RFC 6265, section 4.1.1; RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** With the prefixes of the layered-cookies draft. Browsers ignore the case of a prefix. */
const PREFIX = /^(?:__(?:secure|host|http)|http)-/i
/** Several at once, so that no result of `withoutPrefix` begins with a prefix. */
const PREFIXES = /^(?:__(?:secure|host-http|host|http)-)+/i
/** In characters. The info of HKDF, which Node limits to 1024 bytes, contains the name. */
const MAX_NAME = 64

/**
 * Checks the base name of a cookie: a token of at most 64 characters, without a prefix and without the ending of one of our
 * other cookies.
 *
 * @param option its name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for any other name
 */
export function checkName(name: string, option = 'name'): void {
  if (typeof name !== 'string') throw invalid(`${option} must be the name of a cookie, such as "session"`)
  if (PREFIX.test(name)) {
    throw invalid(
      `${option} "${name}" begins with a cookie prefix: leave it out, as the prefix that the attributes allow is added`,
    )
  }
  if (/\.ended$/i.test(name))
    throw invalid(`${option} "${name}" ends in ".ended", which is kept for the logout guard: choose another name`)
  if (/\.seen$/i.test(name))
    throw invalid(
      `${option} "${name}" ends in ".seen", which is kept for the time of the last use: choose another name`,
    )
  if (/\.bound$/i.test(name))
    throw invalid(`${option} "${name}" ends in ".bound", which is kept for the proof of a device: choose another name`)
  if (name.length > MAX_NAME) throw invalid(`${option} is longer than ${MAX_NAME} characters: shorten it`)
  if (!TOKEN.test(name)) {
    throw invalid(`${option} is not a valid cookie name (RFC 6265): use letters, digits and any of !#$%&'*+-.^_\`|~`)
  }
}

/** The base name of a cookie: its full name without `__Host-Http-`, `__Host-`, `__Http-` and `__Secure-`. */
export function withoutPrefix(name: string): string {
  return name.replace(PREFIXES, '')
}
