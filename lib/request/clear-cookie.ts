import { type CookieProfile, sameDomain } from '../cookie/attributes.js'
import type { CookieLine } from '../cookie/header.js'
import { candidates } from '../cookie/header.js'
import type { Head } from '../http/head.js'
import type { Settings } from '../options/options.js'
import { warnOnce } from '../warnings.js'
import type { Loaded } from './load.js'
import type { RequestCookie } from './request-cookie.js'

/** The session of a request. What it brought is asked for only if the app removes a cookie. */
interface Concerned {
  readonly settings: Settings
  readonly cookie: RequestCookie
  readonly loaded: Loaded
}

/**
 * Warns, once per process, of an app that removes the cookie of a session that goes on. `res.clearCookie('session')` is how
 * apps of express-session log out; here it reaches the session by chance only. On HTTPS the browser does not even remove the
 * cookie, as its name has a prefix there.
 *
 * @param header the request's `Cookie` header
 * @param ours lines that are in the head already: the headers may nearly have left before, with leftovers that we removed
 * @param now seconds since the epoch
 */
export function checkClearCookie(
  session: Concerned,
  head: Head,
  header: string | undefined,
  ours: readonly CookieLine[],
  now: number,
): void {
  const lines = header && head.get('Set-Cookie')
  if (!header || lines === undefined) return
  const cookie = cookieOf(session)
  if (cookie === undefined) return
  const setCookie = [lines].flat().map(String)
  const others = setCookie.filter((line) => !ours.some((own) => own.line === line))
  const { name, property } = session.settings
  const cleared = clearedByApp({ setCookie: others, header }, cookie, name, now)
  if (cleared === undefined || session.loaded.status !== 'valid') return
  warnOnce(
    'SESSION_WARN_CLEAR_COOKIE',
    `res.clearCookie(${JSON.stringify(cleared)}) does not end the session` +
      `${cookie.profile.name === name ? '' : `, whose cookie is named ${cookie.profile.name}`}: ` +
      `call ${property}.destroy(), or set req.${property} = null`,
  )
}

/** The app may not have asked for the session. Then what its `cookie` function throws is nothing to it. */
function cookieOf(session: Concerned): RequestCookie | undefined {
  try {
    return session.cookie
  } catch {
    return undefined
  }
}

/** The head of a response as far as another's `Set-Cookie` goes, and the request's cookies. */
interface Cookies {
  readonly setCookie: readonly string[]
  readonly header: string
}

/**
 * The name under which the app removes the session's cookie itself; undefined if it does not. The app may remove a cookie
 * of another package whose name is ours without the prefix.
 *
 * @param name the base name
 * @param now seconds since the epoch
 */
export function clearedByApp(
  { setCookie, header }: Cookies,
  { names, profile }: RequestCookie,
  name: string,
  now: number,
): string | undefined {
  const cleared = [name, ...names].find((one) => setCookie.some((line) => isRemoval(line, one, profile, now)))
  if (cleared === undefined || names.includes(cleared)) return cleared
  return candidates(header, cleared).length > 0 ? undefined : cleared
}

/** With the default path, or with the path and domain of our cookie. Others belong to a cookie that was set earlier. */
function isRemoval(line: string, name: string, { attributes }: CookieProfile, now: number): boolean {
  if (!line.startsWith(`${name}=`) || !isPast(line, now)) return false
  const [, path = '/'] = /;\s*path=([^;]*)/i.exec(line) ?? []
  const [, domain] = /;\s*domain=([^;]*)/i.exec(line) ?? []
  return ['/', attributes.path].includes(path) && (domain === undefined || sameDomain(domain, attributes.domain))
}

/** Max-Age has precedence over Expires (RFC 6265, section 5.3, step 3). */
function isPast(line: string, now: number): boolean {
  const [, maxAge] = /;\s*max-age=\s*(-?\d+)/i.exec(line) ?? []
  if (maxAge !== undefined) return Number(maxAge) <= 0
  const [, expires = ''] = /;\s*expires=([^;]*)/i.exec(line) ?? []
  return Date.parse(expires) <= now * 1000
}
