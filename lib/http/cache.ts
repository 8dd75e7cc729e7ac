import type { HeaderValue } from '../cookie/write.js'
import type { Head } from './head.js'

/** Says that the response depends on the cookie, where a cache could give it to somebody else (RFC 9111, section 4.1). */
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
 * Keeps a response that shows somebody's session out of shared caches (RFC 9111, section 5.2.2.7), where the app has
 * said nothing: many CDNs look at `Cache-Control` and at no `Vary` but that of encodings.
 */
export function keepPrivate(head: Head): void {
  if (head.get('Cache-Control') === undefined) head.set('Cache-Control', 'private')
}

/**
 * Keeps a response that carries a session out of caches (RFC 9111, section 5.2.2.5): one that stored it would hand
 * the session to the next visitor. The app's own `no-store` or `private` already does, and stays as it is. What is for
 * one kind of cache only would be heeded there in its place (RFC 9213, section 2.2), and goes.
 */
export function forbidStoring(head: Head): void {
  if (!isPrivate(head.get('Cache-Control'))) head.set('Cache-Control', 'no-store')
  for (const name of head.names()) if (FOR_ONE_CACHE.test(name)) head.drop(name)
}

/**
 * Headers that a cache heeds before `Cache-Control`: of CDNs (RFC 9213), also under their own names, of surrogates
 * (Edge Architecture), Akamai, nginx and LiteSpeed.
 */
const FOR_ONE_CACHE =
  /^(?:(?:[a-z]+-)?cdn-cache-control|surrogate-control|edge-control|x-accel-expires|x-litespeed-cache-control)$/i

/** Whether `Cache-Control` keeps a response out of shared caches. */
export function isPrivate(cacheControl: HeaderValue): boolean {
  // What stands in quotation marks is a value of another directive.
  const directives = String(cacheControl ?? '').replace(/"[^"]*"/g, '')
  return /(?:^|[\s,])(?:no-store|private)(?=$|[\s,;=])/i.test(directives)
}
