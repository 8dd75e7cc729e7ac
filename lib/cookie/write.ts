import type { CookieProfile } from './attributes.js'

/** Browsers cap a cookie's life at 400 days (RFC 6265bis, section 5.5). */
const MAX_AGE_LIMIT = 400 * 24 * 60 * 60

/**
 * Writes a `Set-Cookie` value (RFC 6265, section 4.1). A token needs no escaping: base64url and dots are cookie octets.
 *
 * @param maxAge seconds, or undefined for a cookie that ends with the browser
 */
export function setCookie(
  { name, suffix }: Pick<CookieProfile, 'name' | 'suffix'>,
  token: string,
  maxAge: number | undefined,
): string {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${Math.min(maxAge, MAX_AGE_LIMIT)}`
  return `${name}=${token}${lifetime}${suffix}`
}

/** A `Set-Cookie` value, and the name of its cookie. */
export interface CookieLine {
  readonly name: string
  readonly line: string
}

/**
 * Writes a `Set-Cookie` value that removes a cookie. Browsers remove it only with the attributes that it was set with;
 * some old clients know `Expires` only.
 */
export function clearCookie({ name, suffix }: Pick<CookieProfile, 'name' | 'suffix'>): string {
  return `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${suffix}`
}

/** The value of a header, as `getHeader` returns it. */
export type HeaderValue = string | number | readonly string[] | undefined

/**
 * Adds lines to a `Set-Cookie` header. They replace lines of the same names, as a response must not set a cookie twice
 * (RFC 6265bis, section 4.1.1). Two of the added lines may have the same name and different paths or domains: to a
 * browser these are two cookies.
 */
export function withSetCookies(existing: HeaderValue, ours: readonly CookieLine[]): string | string[] | undefined {
  return asHeader([...othersThan(existing, ours), ...ours.map(({ line }) => line)])
}

/** Removes the lines with these names; undefined if none are left. */
export function withoutSetCookies(existing: HeaderValue, ours: readonly CookieLine[]): string | string[] | undefined {
  return asHeader(othersThan(existing, ours))
}

function othersThan(existing: HeaderValue, ours: readonly CookieLine[]): string[] {
  const lines = [existing ?? []].flat().map(String)
  return lines.filter((other) => !ours.some(({ name }) => other.startsWith(`${name}=`)))
}

/** A single line becomes a string, as some serverless adapters lose an array of one. */
function asHeader(lines: readonly string[]): string | string[] | undefined {
  return lines.length > 1 ? [...lines] : lines[0]
}
