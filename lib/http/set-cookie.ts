import { othersThan, withSetCookie } from '../cookie/write.js'
import type { Head } from './head.js'

/** Puts our `Set-Cookie` line beside everybody else's. */
export function putCookie(head: Head, name: string, line: string): void {
  head.set('Set-Cookie', withSetCookie(head.get('Set-Cookie'), name, line))
}

/** Takes our line out of a head that it was put in. */
export function takeCookieBack(head: Head, name: string): void {
  const others = othersThan(head.get('Set-Cookie'), name)
  if (others.length === 0) head.remove('Set-Cookie')
  else head.set('Set-Cookie', others)
}
