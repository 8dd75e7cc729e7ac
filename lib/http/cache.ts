import type { HeaderValue } from '../cookie/write.js'
import type { Head } from './head.js'

/**
 * Adds `Cookie` to `Vary`, so that a cache does not give the response to a request with another cookie (RFC 9111,
 * section 4.1). A `Vary` that names it already, or that is `*`, stays as it is.
 */
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
 * Sets `Cache-Control: private` on a response that may show the data of a session (RFC 9111, section 5.2.2.7), unless
 * the app has set `Cache-Control` itself. `Vary: Cookie` is not enough: many CDNs heed `Vary` for encodings only.
 */
export function keepPrivate(head: Head): void {
  if (head.get('Cache-Control') === undefined) head.set('Cache-Control', 'private')
}

/**
 * Sets `Cache-Control: no-store` on a response that carries a session (RFC 9111, section 5.2.2.5): a cache that stored
 * it would hand the session to the next visitor. The app's own `no-store` or `private` stays as it is. Headers for one
 * kind of cache are removed, because that cache heeds them instead of `Cache-Control` (RFC 9213, section 2.2).
 */
export function forbidStoring(head: Head): void {
  if (!isPrivate(head.get('Cache-Control'))) head.set('Cache-Control', 'no-store')
  for (const name of head.names()) if (TARGETED_HEADER.test(name)) head.drop(name)
}

/**
 * The headers that some caches heed before `Cache-Control`: `CDN-Cache-Control` and what CDNs call it themselves
 * (RFC 9213), and those of the Edge Architecture specification, Akamai, nginx and LiteSpeed.
 */
const TARGETED_HEADER =
  /^(?:(?:[a-z]+-)?cdn-cache-control|surrogate-control|edge-control|x-accel-expires|x-litespeed-cache-control)$/i

/** Whether a `Cache-Control` header has `no-store` or `private`, and so keeps a response out of shared caches. */
export function isPrivate(cacheControl: HeaderValue): boolean {
  // A quoted string is the argument of another directive, such as `community="private"`.
  const directives = String(cacheControl ?? '').replace(/"[^"]*"/g, '')
  return /(?:^|[\s,])(?:no-store|private)(?=$|[\s,;=])/i.test(directives)
}
