import type { HeaderValue } from '../cookie/header.js'
import type { Head } from './head.js'

/** Marks a response that is private because of a session that was only read. Another session may yet be written with it. */
const MADE_PRIVATE = Symbol('sealed-session.private')
type Marked = { [MADE_PRIVATE]?: string }

/** What `res.sendFile`, `res.download` and `express.static` make of `maxAge` and `immutable`. */
const OF_SEND = /^public, (max-age=\d+(?:, immutable)?)$/

/** Adds `Cookie` to `Vary`, unless it names that or `*`: the response depends on it (RFC 9111, section 4.1). */
export function varyByCookie(head: Head): void {
  const given = head.get('Vary')
  if (given === undefined) {
    head.set('Vary', 'Cookie')
    return
  }
  const vary = [given].flat().map(String).join(', ')
  const fields = vary.split(',').map((field) => field.trim().toLowerCase())
  if (fields.includes('cookie') || fields.includes('*')) return
  head.set('Vary', vary === '' ? 'Cookie' : `${vary}, Cookie`)
}

/**
 * Sets `Cache-Control: private` on a response that may show a session (RFC 9111, section 5.2.2.7), unless the app has
 * set `Cache-Control`. `Vary: Cookie` is not enough: many CDNs heed `Vary` for encodings only. Express calls every file
 * public, also one that only its owner may see.
 */
export function keepPrivate(head: Head): void {
  const given = head.get('Cache-Control')
  const age = ageOfFile(head, given)
  if (given !== undefined && age === undefined) return
  const own = age === undefined ? 'private' : `private, ${age}`
  head.set('Cache-Control', own)
  ;(head.response as Marked)[MADE_PRIVATE] = own
}

/** What Express says of a file; undefined of what the app has set on an answer of its own, which serves no parts of itself. */
function ageOfFile(head: Head, given: HeaderValue): string | undefined {
  const age = OF_SEND.exec(String(given))?.[1]
  return age === 'max-age=0' || head.get('Accept-Ranges') !== undefined ? age : undefined
}

/**
 * Sets `Cache-Control: no-store` on a response that carries a session (RFC 9111, section 5.2.2.5), unless the app has
 * set that or `private`: a cache would hand the session to the next visitor. Headers for one kind of cache are removed,
 * because it heeds them first (RFC 9213, section 2.2).
 */
export function forbidStoring(head: Head): void {
  const given = head.get('Cache-Control')
  const isOurs = given !== undefined && given === (head.response as Marked)[MADE_PRIVATE]
  if (isOurs || !isPrivate(given)) head.set('Cache-Control', 'no-store')
  for (const name of head.names()) if (isTargeted(name)) head.drop(name)
}

/** What some caches heed first: `CDN-Cache-Control` and its like (RFC 9213), the Edge Architecture, Akamai, nginx. */
const TARGETED_HEADER = /^(?:[\w-]+-cache-control|surrogate-control|edge-control|x-accel-expires)$/i

/** Whether a header is for one kind of cache, which heeds it before `Cache-Control`. */
export function isTargeted(name: string): boolean {
  return TARGETED_HEADER.test(name)
}

/**
 * Whether a `Cache-Control` header keeps a response out of shared caches, or at least its cookies: `private="Set-Cookie"`
 * is about that header only, and `private="X-Name"` about another one (RFC 9111, section 5.2.2.7).
 */
export function isPrivate(cacheControl: HeaderValue): boolean {
  // A quoted string is the argument of a directive, such as `community="private"`.
  const directives = String(cacheControl ?? '').replace(/"([^"]*)"/g, (_, fields) => (COOKIES.test(fields) ? '' : '""'))
  return /(?:^|[\s,])(?:no-store|private)=?(?=$|[\s,;])/i.test(directives)
}

const COOKIES = /(?:^|[\s,])set-cookie(?:$|[\s,])/i
