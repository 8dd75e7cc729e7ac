import type { CookieProfile } from './attributes.js'

/** Browsers cap a cookie's life at 400 days (RFC 6265bis, section 5.5). */
const LONGEST_MAX_AGE = 400 * 24 * 60 * 60

/**
 * A `Set-Cookie` value (RFC 6265, section 4.1). The token needs no escaping: base64url and dots are cookie octets.
 *
 * @param maxAge seconds, or undefined for a cookie that ends with the browser
 */
export function setCookie(
  { name, suffix }: Pick<CookieProfile, 'name' | 'suffix'>,
  token: string,
  maxAge: number | undefined,
): string {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${Math.min(maxAge, LONGEST_MAX_AGE)}`
  return `${name}=${token}${lifetime}${suffix}`
}

/** A `Set-Cookie` value with the name of its cookie. */
export interface CookieLine {
  readonly name: string
  readonly line: string
}

/**
 * A `Set-Cookie` value that removes the cookie. It has the attributes that the cookie was set with, without which
 * browsers keep it, and `Expires` beside `Max-Age` for clients that know only the older one.
 */
export function clearCookie({ name, suffix }: Pick<CookieProfile, 'name' | 'suffix'>): string {
  return `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${suffix}`
}

/** The value of a `Set-Cookie` header as `getHeader` gives it. */
export type HeaderValue = string | number | readonly string[] | undefined

/**
 * Adds our lines to those of others. A response must not set one name twice (RFC 6265bis, section 4.1.1), so one of
 * ours that is there already goes. Only of ours there may be two, for different paths or domains: to a browser these
 * are two cookies.
 */
export function withSetCookies(existing: HeaderValue, ours: readonly CookieLine[]): string | string[] | undefined {
  return asHeader([...othersThan(existing, ours), ...ours.map(({ line }) => line)])
}

/** The lines of others; undefined if there are none. */
export function withoutSetCookies(existing: HeaderValue, ours: readonly CookieLine[]): string | string[] | undefined {
  return asHeader(othersThan(existing, ours))
}

function othersThan(existing: HeaderValue, ours: readonly CookieLine[]): string[] {
  const lines = [existing ?? []].flat().map(String)
  return lines.filter((other) => !ours.some(({ name }) => other.startsWith(`${name}=`)))
}

/** A lone line is a string: some serverless adapters lose an array of one. */
function asHeader(lines: readonly string[]): string | string[] | undefined {
  return lines.length > 1 ? [...lines] : lines[0]
}
