import { invalid } from '../errors.js'
import type { CookieAttributes } from '../session/cookie-view.js'

/** `av-octet` (RFC 6265, section 4.1.1): any character but controls and semicolons. */
const PATH = /^[ -:<-~]*$/
/** `subdomain` (RFC 1034, section 3.5), with leading digits (RFC 1123), and a leading dot, which browsers ignore. */
const DOMAIN = /^\.?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
/** Browsers ignore an attribute with a longer value (RFC 6265bis, section 5.6). */
const MAX_ATTRIBUTE_BYTES = 1024

/** The name of a cookie with its prefix, and its attributes. */
export interface CookieProfile {
  readonly name: string
  readonly attributes: CookieAttributes
  /** `; Path=/; HttpOnly; SameSite=Lax`: what follows the value and `Max-Age`. */
  readonly suffix: string
}

/** The cookie over HTTPS and over plain HTTP. */
export interface CookieSettings {
  readonly secure: SecureOption
  readonly overHttps: CookieProfile
  readonly overHttp: CookieProfile
}

/** Attributes with checked types and with defaults. */
export interface CheckedAttributes extends Omit<CookieAttributes, 'secure'> {
  readonly secure: SecureOption
  /** Whether the name gets a prefix. */
  readonly prefix: boolean
}

/** `'auto'`: Secure over HTTPS. `'assume'`: every request counts as HTTPS. */
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
 * The strongest prefix that the attributes allow. `__Host-` binds the cookie to one host and all of its paths (RFC
 * 6265bis, section 4.1.3.2). `__Host-Http-` also keeps scripts from setting it (layered cookies, section 4.1.3.4);
 * browsers that do not know it apply `__Host-`.
 */
function prefixOf({ path, domain, httpOnly, prefix }: CheckedAttributes): string {
  if (!prefix) return ''
  if (path !== '/' || domain !== undefined) return '__Secure-'
  return httpOnly ? '__Host-Http-' : '__Host-'
}

function checkAttributes({ path, domain, secure, sameSite, partitioned }: CheckedAttributes): void {
  for (const [attribute, value] of Object.entries({ path, domain })) {
    if (value !== undefined && Buffer.byteLength(value) > MAX_ATTRIBUTE_BYTES) {
      throw invalid(
        `cookie.${attribute} is longer than ${MAX_ATTRIBUTE_BYTES} bytes, so browsers ignore it: shorten it`,
      )
    }
  }
  if (!PATH.test(path)) {
    throw invalid('cookie.path has a semicolon, or characters beyond printable ASCII: percent-encode them')
  }
  if (domain !== undefined && !DOMAIN.test(domain)) {
    throw invalid(
      'cookie.domain is not the name of a domain: set one without scheme, port and path, such as "example.com"',
    )
  }
  if (!path.startsWith('/'))
    throw invalid('cookie.path does not begin with a slash, so browsers would ignore it: put a slash before it')
  if (secure === true || secure === 'assume') return
  const needsSecure = sameSite === 'none' ? 'cookie.sameSite "none"' : partitioned && 'cookie.partitioned'
  if (!needsSecure) return
  throw invalid(
    `${needsSecure} needs cookie.secure: true, or browsers refuse the cookie: set it, and use HTTPS. On http://localhost, ` +
      'Chrome and Firefox take such a cookie; for Safari, use HTTPS there as well',
  )
}

/** The same cookie for another domain, or in another partition. */
export function inScope({ name, attributes }: CookieProfile, scope: Partial<CookieAttributes>): CookieProfile {
  return profile(name, { ...attributes, ...scope })
}

/** Whether one takes the other's place in a browser (RFC 6265bis, section 5.7; CHIPS). */
export function isSameCookie(one: CookieProfile, other: CookieProfile): boolean {
  const [a, b] = [one.attributes, other.attributes]
  return (
    one.name === other.name && a.path === b.path && sameDomain(a.domain, b.domain) && a.partitioned === b.partitioned
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

/** The attributes but `Max-Age` (RFC 6265, section 4.1.1). */
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

/** Whether two `Domain` attributes are the same to a browser, which drops a dot before them and ignores case. */
export function sameDomain(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [one, other].map((domain) => domain?.replace(/^\./, '').toLowerCase())
  return a === b
}
