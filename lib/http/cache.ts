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
  const fields = vary.toLowerCase().split(/\s*,\s*/)
  if (fields.includes('cookie') || fields.includes('*')) return
  head.set('Vary', vary === '' ? 'Cookie' : `${vary}, Cookie`)
}

/**
 * Keeps a response that carries a session out of caches (RFC 9111, section 5.2.2.5): one that stored it would hand
 * the session to the next visitor. The app's own `no-store` or `private` already does, and stays as it is.
 */
export function forbidStoring(head: Head): void {
  if (!isPrivate(head.get('Cache-Control'))) head.set('Cache-Control', 'no-store')
}

/** Whether `Cache-Control` keeps a response out of shared caches. */
export function isPrivate(cacheControl: HeaderValue): boolean {
  return /(?:^|[\s,])(?:no-store|private)(?=$|[\s,;])/i.test(String(cacheControl ?? ''))
}
