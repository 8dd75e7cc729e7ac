import { invalid } from './errors.js'

/** RFC 6265, section 4.1.1: a cookie's name is a token of RFC 9110. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Includes those of the layered-cookies draft. Browsers ignore the case of a prefix. */
const PREFIX = /^(?:__(?:secure|host|http)|http)-/i
/** What `withoutPrefix` removes. It takes several at once, so that `checkName` never repeats what was typed. */
const PREFIXES = /^(?:__(?:secure|host-http|host|http)-)+/i
/** Short enough that a session fits behind it, whatever the limit, and that HKDF takes it (1024 bytes of info). */
const LONGEST_NAME = 64

/**
 * Checks the base name of a cookie, which is the name that its keys are derived for.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if no cookie can have it
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
  if (name.length > LONGEST_NAME) throw invalid(`name is longer than ${LONGEST_NAME} characters: shorten it`)
  if (!TOKEN.test(name)) {
    throw invalid("name is not a valid cookie name (RFC 6265): use letters, digits and any of !#$%&'*+-.^_`|~")
  }
}

/** The base name of a cookie, given its full name: without `__Host-Http-`, `__Host-`, `__Http-` or `__Secure-`. */
export function withoutPrefix(name: string): string {
  return name.replace(PREFIXES, '')
}
