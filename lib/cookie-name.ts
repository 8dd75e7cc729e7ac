import { invalid } from './errors.js'

/** A token (RFC 6265, section 4.1.1; RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Includes those of the layered-cookies draft. Browsers ignore the case of a prefix. */
const PREFIX = /^(?:__(?:secure|host|http)|http)-/i
/** What `withoutPrefix` removes. It takes several at once, so that `checkName` never repeats what was typed. */
const PREFIXES = /^(?:__(?:secure|host-http|host|http)-)+/i
/** Leaves room for a session, whatever the limit, and in the info of HKDF, which Node limits to 1024 bytes. */
const LONGEST_NAME = 64

/**
 * Checks the base name of a cookie, for which its keys are derived.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if no session cookie can have it
 */
export function checkName(name: string): void {
  if (typeof name !== 'string') throw invalid('name must be the name of a cookie, such as "session"')
  if (PREFIX.test(name)) {
    throw invalid(
      `name "${name}" begins with a cookie prefix: leave it out, as the prefix that the attributes allow is added`,
    )
  }
  if (/\.ended$/i.test(name))
    throw invalid(`name "${name}" ends in ".ended", which is kept for the logout guard: choose another name`)
  if (/\.seen$/i.test(name))
    throw invalid(`name "${name}" ends in ".seen", which is kept for the time of the last use: choose another name`)
  if (name.length > LONGEST_NAME) throw invalid(`name is longer than ${LONGEST_NAME} characters: shorten it`)
  if (!TOKEN.test(name)) {
    throw invalid("name is not a valid cookie name (RFC 6265): use letters, digits and any of !#$%&'*+-.^_`|~")
  }
}

/** The base name of a cookie, given its full name: without `__Host-Http-`, `__Host-`, `__Http-` or `__Secure-`. */
export function withoutPrefix(name: string): string {
  return name.replace(PREFIXES, '')
}
