import type { CookieProfile, CookieSettings } from '../cookie/attributes.js'
import type { Security } from '../http/secure.js'
import type { Settings } from '../options/options.js'

/** The cookie of one request: under which names it may come, and how it is sent. */
export interface RequestCookie {
  readonly names: readonly string[]
  readonly profile: CookieProfile
  /** It would leave in the clear, where nobody said that it may. */
  readonly refused: boolean
}

export function requestCookie(cookie: CookieSettings, { secure, known }: Security, settings: Settings): RequestCookie {
  return {
    names: namesToRead(cookie, { secure, known }, settings),
    profile: secure ? cookie.overHttps : cookie.overHttp,
    refused: cookie.secure === 'auto' && !secure && settings.production,
  }
}

/**
 * Over HTTPS a session comes under the prefixed name only. In production nothing that came in the clear is a session,
 * as none was sent so. A request without Express does not tell whether a proxy took it in over TLS: there the prefixed
 * cookie is taken, and in development the plain one first, which is what is written.
 */
function namesToRead({ secure: option, overHttps, overHttp }: CookieSettings, security: Security, settings: Settings) {
  if (security.secure) return [overHttps.name]
  if (option !== 'auto') return [overHttp.name]
  const plain = settings.production ? [] : [overHttp.name]
  return security.known ? plain : [...plain, overHttps.name]
}
