import { type CookieLine, othersThan, withSetCookie } from '../cookie/write.js'
import type { Head } from './head.js'

/** Puts a `Set-Cookie` line of ours beside everybody else's. */
export function putCookie(head: Head, { name, line }: CookieLine): void {
  head.set('Set-Cookie', withSetCookie(head.get('Set-Cookie'), name, line))
}

/** Takes our line out of a head that it was put in. */
export function takeCookieBack(head: Head, { name }: CookieLine): void {
  const others = othersThan(head.get('Set-Cookie'), name)
  const [first] = others
  if (first === undefined) head.remove('Set-Cookie')
  // A lone one as a string: some serverless adapters lose an array of one.
  else head.set('Set-Cookie', others.length === 1 ? first : others)
}
