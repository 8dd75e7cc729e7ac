import { type AnySession, dataOf } from './session.js'

const TEXT = 'the quick brown fox jumps over the lazy dog '

/** Puts text into the session, so that its data are exactly so many bytes of JSON. */
export function fill(session: AnySession, bytes: number): void {
  session['notes'] = ''
  const left = bytes - JSON.stringify(dataOf(session)).length
  session['notes'] = TEXT.repeat(Math.ceil(left / TEXT.length)).slice(0, left)
}
