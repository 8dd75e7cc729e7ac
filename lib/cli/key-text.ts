import { parseEnv } from 'node:util'
import { SETS_KEYS } from '../keys/mistakes.js'
import { UsageError } from './usage-error.js'

export const VARIABLE = 'SESSION_KEYS'
/** A line of a `.env` file, of several. `=` alone may be the padding of base64. */
const SETS_ANOTHER = /^(?:\s*#.*\n|\s*\n)*(?:export\s+)?[A-Za-z_]\w*=[^=]/

/**
 * What `session({ keys })` would be given, out of a file or standard input: the value of `SESSION_KEYS` in a `.env`
 * file, or all of the text.
 *
 * @throws {UsageError} for text that is neither, and would be taken for a secret
 */
export function keyText(content: string): string {
  const plain = content.replace(/^\uFEFF/, '')
  const isEnv = SETS_KEYS.test(plain)
  const text = (isEnv ? (parseEnv(plain)[VARIABLE] ?? '') : plain).trim()
  if (text === '') throw new UsageError('there are no keys in what was given: make one with sealed-session keygen')
  if (isEnv || /^[{[]/.test(text)) return text
  if (text.includes('\n')) {
    if (SETS_ANOTHER.test(text)) throw new UsageError(`no line sets ${VARIABLE}: add ${VARIABLE}= before the keys`)
    throw new UsageError(`the keys have several lines: give one secret, a JWK Set, or a line ${VARIABLE}=...`)
  }
  return text
}

/**
 * A line for a `.env` file, of a secret that `keygen` made or of JSON. That needs the quotation marks, or a shell takes
 * out those that it has itself.
 */
export function keyLine(text: string): string {
  return `${VARIABLE}=${keyValue(text)}`
}

/** What stands behind the = of such a line. */
export function keyValue(text: string): string {
  if (/^[\w-]+$/.test(text)) return text
  // An apostrophe is in a string of the JSON, where it can be written so.
  return `'${text.replaceAll("'", '\\u0027')}'`
}
