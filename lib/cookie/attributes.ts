import { invalid } from '../errors.js'
import type { CookieAttributes } from '../session/cookie-view.js'

/** `av-octet` of RFC 6265, section 4.1.1: no control characters, and no semicolon. */
const PATH = /^[ -:<-~]*$/
/** A `subdomain` of RFC 1034, section 3.5, with digits first as of RFC 1123, and with the dot that browsers ignore. */
const DOMAIN = /^\.?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
/** Browsers ignore an attribute with a longer value (RFC 6265bis, section 5.6). */
const LONGEST_ATTRIBUTE = 1024

/** A cookie as it is sent: its name with the prefix, and its attributes, also ready to be appended. */
export interface CookieProfile {
  readonly name: string
  readonly attributes: CookieAttributes
  /** `; Path=/; HttpOnly; SameSite=Lax`: everything behind the value but `Max-Age`. */
  readonly suffix: string
}

/** How the cookie is sent over HTTPS and over plain HTTP. Both are made once. */
export interface CookieSettings {
  readonly secure: SecureOption
  readonly overHttps: CookieProfile
  readonly overHttp: CookieProfile
}

/** Attributes whose types were checked, and whose defaults were filled in. */
export interface CheckedAttributes extends Omit<CookieAttributes, 'secure'> {
  readonly secure: SecureOption
  /** Whether the name gets the prefix that the attributes allow. */
  readonly prefix: boolean
}

/** `'auto'`: Secure over HTTPS. `'assume'`: every request came over HTTPS, whatever it says. */
export type SecureOption = boolean | 'auto' | 'assume'

/**
 * Makes the cookie's two profiles.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for attributes that a browser would refuse or ignore
 */
export function cookieSettings(name: string, attributes: CheckedAttributes): CookieSettings {
  checkAttributes(attributes)
  const { secure } = attributes
  const isAlways = secure === true || secure === 'assume'
  return {
    secure,
    overHttps: profile(secure === false ? name : `${prefixOf(attributes)}${name}`, {
      ...attributes,
      secure: secure !== false,
    }),
    overHttp: profile(isAlways ? `${prefixOf(attributes)}${name}` : name, {
      ...attributes,
      secure: isAlways,
    }),
  }
}

/**
 * `__Host-` binds the cookie to the host and the whole site (RFC 6265bis, section 4.1.3.2), and `__Host-Http-` to
 * responses as well, so that no script plants one (layered cookies, section 4.1.3.4); browsers that do not know it take
 * it for `__Host-`. Otherwise `__Secure-`.
 */
function prefixOf({ path, domain, httpOnly, prefix }: CheckedAttributes): string {
  if (!prefix) return ''
  if (path !== '/' || domain !== undefined) return '__Secure-'
  return httpOnly ? '__Host-Http-' : '__Host-'
}

function checkAttributes({ path, domain, secure, sameSite, partitioned }: CheckedAttributes): void {
  for (const [attribute, value] of Object.entries({ path, domain })) {
    if (value !== undefined && Buffer.byteLength(value) > LONGEST_ATTRIBUTE) {
      throw invalid(`cookie.${attribute} is longer than ${LONGEST_ATTRIBUTE} bytes, so browsers ignore it: shorten it`)
    }
  }
  if (!PATH.test(path) || (domain !== undefined && !DOMAIN.test(domain))) {
    throw invalid(
      'cookie.path or cookie.domain has characters that it cannot have: leave them out (RFC 6265, section 4.1.1)',
    )
  }
  if (!path.startsWith('/'))
    throw invalid('cookie.path does not begin with a slash, so browsers would ignore it: begin it with one')
  if (secure === true || secure === 'assume') return
  const needsSecure = sameSite === 'none' ? 'cookie.sameSite "none"' : partitioned && 'cookie.partitioned'
  if (!needsSecure) return
  throw invalid(
    `${needsSecure} needs cookie.secure: true, or browsers refuse the cookie (they treat http://localhost as secure)`,
  )
}

function profile(name: string, attributes: CookieAttributes): CookieProfile {
  const { path, domain, httpOnly, secure, sameSite, partitioned, priority } = attributes
  return {
    name,
    attributes: { path, domain, httpOnly, secure, sameSite, partitioned, priority },
    suffix: suffixOf(attributes),
  }
}

/** Everything behind the value but `Max-Age` (RFC 6265, section 4.1.1). */
function suffixOf({ domain, path, httpOnly, secure, partitioned, priority, sameSite }: CookieAttributes): string {
  return [
    domain !== undefined && `Domain=${domain}`,
    `Path=${path}`,
    httpOnly && 'HttpOnly',
    secure && 'Secure',
    partitioned && 'Partitioned',
    priority && `Priority=${capitalized(priority)}`,
    sameSite && `SameSite=${capitalized(sameSite)}`,
  ]
    .map((attribute) => (attribute ? `; ${attribute}` : ''))
    .join('')
}

function capitalized(value: string): string {
  return value.charAt(0).toUpperCase() + value.slice(1)
}
