import type { CookieProfile } from './attributes.js'

/**
 * The most cookies of one name that are opened. A sibling domain can add cookies of this name that are sent first, so
 * the first one is not enough; each costs a decryption, so there is a bound.
 */
export const MAX_CANDIDATES = 4

/**
 * The values of the first four cookies with exactly this name (case counts), in the order of the header.
 *
 * The grammar is that of RFC 6265, section 4.2.1: pairs between semicolons. Spaces and tabs around a pair are trimmed.
 * Quotes and percent signs are part of the value, and `$Version` is a cookie like any other, as in browsers.
 *
 * @param header the `Cookie` header; several are joined by `; `, as Node does
 */
export function candidates(header: string | undefined, name: string): string[] {
  const found: string[] = []
  if (header === undefined) return found
  // Search for the name instead of splitting: a header of 16 KB may have thousands of pairs.
  const start = `${name}=`
  for (let at = header.indexOf(start); at !== -1 && found.length < MAX_CANDIDATES; at = header.indexOf(start, at)) {
    const value = at + start.length
    const semicolon = header.indexOf(';', value)
    const end = semicolon === -1 ? header.length : semicolon
    if (at === 0 || beginsPair(header, at)) found.push(trimmedEnd(header, value, end))
    at = end
  }
  return found
}

/** Whether only white space is between a position and the pair before it. */
function beginsPair(header: string, at: number): boolean {
  let before = at - 1
  while (isSpace(header.charCodeAt(before))) before--
  return before < 0 || header[before] === ';'
}

function trimmedEnd(header: string, from: number, end: number): string {
  let to = end
  while (isSpace(header.charCodeAt(to - 1))) to--
  return header.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

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
  const lines = ours.map(({ line }) => line)
  return asHeader(existing === undefined ? lines : [...othersThan(existing, ours), ...lines])
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
