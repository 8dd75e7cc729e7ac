import { isDeepStrictEqual, parseEnv } from 'node:util'
import { SETS_KEYS } from '../keys/mistakes.js'
import { UsageError } from './command.js'

/**
 * A line that sets a variable, as node --env-file and dotenv read it: what quotation marks hold may have more lines.
 */
const ASSIGNMENT =
  /^(?<before>[^\S\n]*(?:export[^\S\n]+)?(?<name>[\w.-]+)[^\S\n]*=[^\S\n]*)(?<value>'[^']*'|"[^"]*"|`[^`]*`|[^#\r\n]*)/gm
const MARK = '\uFEFF'

/** Where in a `.env` file a value of `SESSION_KEYS` stands, without the white space after it. */
interface Place {
  readonly start: number
  readonly value: string
}

/** How often a `.env` file sets `SESSION_KEYS`. The last line counts for node, dotenv, docker and shells. */
export function timesSet(content: string): number {
  return placesIn(content).length
}

/**
 * A `.env` file with other keys: where it sets them, or in a line of its own at the end. The rest stays as it is.
 *
 * @param text a secret, or JSON
 * @throws {UsageError} if another line would change its meaning
 */
export function withKeys(content: string, text: string): string {
  const places = placesIn(content)
  const changed = places.length === 0 ? appended(content, keyLine(text)) : replaced(content, places, text)
  const expected = { ...variablesOf(content), [VARIABLE]: parsed(text) }
  const actual = variablesOf(changed)
  if (isDeepStrictEqual({ ...actual, [VARIABLE]: parsed(actual[VARIABLE]) }, expected)) return changed
  throw new UsageError(`the file sets ${VARIABLE} in a way that cannot be changed safely: write it in one line first`)
}

function placesIn(content: string): Place[] {
  return [...content.matchAll(ASSIGNMENT)].flatMap(({ index, groups = {} }) => {
    const { before = '', name, value = '' } = groups
    return name === VARIABLE ? [{ start: index + before.length, value: value.trimEnd() }] : []
  })
}

function appended(content: string, line: string): string {
  const end = content.includes('\r\n') ? '\r\n' : '\n'
  const isOpen = content !== '' && content !== MARK && !content.endsWith('\n')
  return `${content}${isOpen ? end : ''}${line}${end}`
}

/** From the end, so that the places before stay where they are. */
function replaced(content: string, places: readonly Place[], text: string): string {
  return places.reduceRight((changed, { start, value }) => {
    // Without quotation marks, as docker --env-file needs it, it stays so.
    const isBare = /^[{[]/.test(value)
    return `${changed.slice(0, start)}${isBare ? text : keyValue(text)}${changed.slice(start + value.length)}`
  }, content)
}

function variablesOf(content: string): Record<string, unknown> {
  return { ...parseEnv(content.startsWith(MARK) ? content.slice(MARK.length) : content) }
}

/** JSON by what it says: an apostrophe in it is written otherwise between single quotation marks. */
function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return text
  }
}

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
