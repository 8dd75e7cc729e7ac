import type { Session } from '../../../lib/index.js'
import { NOTES } from '../deeds/data.js'
import { Refusal } from '../refusal.js'

/** More than any cookie holds. */
const MOST = 4096

/** What the cookie would cost with notes of so many bytes. The session is left as it was. */
export function sizeWith(session: Session): (bytes: number) => { readonly bytes: number; readonly limit: number } {
  const data = session as object as Record<string, unknown>
  return (bytes) => {
    const before = Object.getOwnPropertyDescriptor(data, NOTES)
    data[NOTES] = 'x'.repeat(bytes)
    const { size } = session
    if (before) data[NOTES] = before.value
    else delete data[NOTES]
    return size
  }
}

/**
 * How many bytes of notes it takes.
 *
 * @param to `limit`: as many as fit; `over`: one more; `nginx`: as few as nginx fails at
 * @param nginxAt the cookie from which on it fails
 */
export function notesFor(
  to: string,
  sizeWith: (bytes: number) => { readonly bytes: number; readonly limit: number },
  nginxAt: number,
): number {
  const { limit } = sizeWith(0)
  if (to === 'over') return fewest((bytes) => sizeWith(bytes).bytes > limit)
  if (to === 'nginx') return fewest((bytes) => sizeWith(bytes).bytes >= nginxAt)
  if (to !== 'limit') throw new Refusal('It is filled to "limit", "over" or "nginx".')
  const over = fewest((bytes) => sizeWith(bytes).bytes > limit)
  if (over > 0) return over - 1
  throw new Refusal('There is no room for notes. Remove something first.', 409)
}

/** The least number from which on it is so. */
function fewest(isSo: (bytes: number) => boolean): number {
  let [from, to] = [0, MOST]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if (isSo(middle)) to = middle
    else from = middle + 1
  }
  return to
}
