import type { CookieProfile } from '../cookie/attributes.js'
import { type CookieLine, clearCookie } from '../cookie/write.js'
import type { ForeignCookie } from '../session-reader.js'

/**
 * What removes the cookies of a session that has moved in. The one that a browser would take for ours is not removed:
 * ours takes its place.
 */
export function removals(cookies: readonly ForeignCookie[], ours: CookieProfile): CookieLine[] {
  return cookies
    .filter((cookie) => !isReplaced(cookie, ours))
    .map(({ name, path = '/', domain }) => {
      const scope = domain === undefined ? `; Path=${path}` : `; Domain=${domain}; Path=${path}`
      // Browsers take no line for such a name without it (RFC 6265bis, section 5.7).
      const secure = /^__(?:host|secure)-/i.test(name) ? '; Secure' : ''
      return { name, line: clearCookie({ name, suffix: `${scope}${secure}` }) }
    })
}

/** A cookie is the same to a browser if name, path and domain are (RFC 6265, section 5.3). */
function isReplaced(
  { name, path = '/', domain }: ForeignCookie,
  { name: ourName, attributes }: CookieProfile,
): boolean {
  return name === ourName && path === attributes.path && sameDomain(domain, attributes.domain)
}

/** Browsers drop a dot before it, and do not look at the case. */
function sameDomain(one: string | undefined, other: string | undefined): boolean {
  const [a, b] = [one, other].map((domain) => domain?.replace(/^\./, '').toLowerCase())
  return a === b
}
