import { type CookieLine, withoutSetCookies, withSetCookies } from '../cookie/write.js'
import type { Head } from './head.js'

/** Puts `Set-Cookie` lines of ours beside everybody else's. */
export function putCookies(head: Head, lines: readonly CookieLine[]): void {
  replace(head, withSetCookies(head.get('Set-Cookie'), lines))
}

/** Takes our lines out of a head that they were put in. */
export function takeCookiesBack(head: Head, lines: readonly CookieLine[]): void {
  if (lines.length > 0) replace(head, withoutSetCookies(head.get('Set-Cookie'), lines))
}

function replace(head: Head, value: string | string[] | undefined): void {
  if (value === undefined) head.remove('Set-Cookie')
  else head.set('Set-Cookie', value)
}
