import type { CookieProfile } from '../cookie/attributes.js'
import { type CookieLine, clearCookie } from '../cookie/write.js'
import type { ForeignCookie } from '../session-reader.js'

/**
 * What removes the cookies of a session that has moved in. One with the name of ours is not removed: ours takes its
 * place.
 */
export function removals(cookies: readonly ForeignCookie[], ours: CookieProfile): CookieLine[] {
  return cookies
    .filter(({ name }) => name !== ours.name)
    .map(({ name, path = '/', domain }) => {
      const scope = domain === undefined ? `; Path=${path}` : `; Domain=${domain}; Path=${path}`
      // Browsers take no line for such a name without it (RFC 6265bis, section 5.7).
      const secure = /^__(?:host|secure)-/i.test(name) ? '; Secure' : ''
      return { name, line: clearCookie({ name, suffix: `${scope}${secure}` }) }
    })
}
