import { isDeepStrictEqual, parseEnv } from 'node:util'
import { SETS_KEYS } from '../keys/mistakes.js'
import { UsageError } from './command.js'

/**
 * A line that sets a variable, as node --env-file and dotenv read it: what quotation marks hold may have more lines.
 */
const ASSIGNMENT =
  /^(?<before>[^\S\n]*(?:export[^\S\n]+)?(?<name>[\w.-]+)[^\S\n]*=[^\S\n]*)(?<value>'[^']*'|"[^"]*"|`[^`]*`|[^#\r\n]*)/gm
const MARK = '\uFEFF'

/** A value of `SESSION_KEYS` in a `.env` file, without the white space after it. */
interface Place {
  readonly start: number
  readonly value: string
}

/** How often a `.env` file sets `SESSION_KEYS`. For node, dotenv, docker and shells, the last line counts. */
export function timesSet(content: string): number {
  return placesIn(content).length
}

/**
 * Puts keys into a `.env` file: where it sets them, or in a new line at the end. The rest stays as it is.
 *
 * @param text a secret, or JSON
 * @throws {UsageError} if that would change what the file sets beside the keys
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

/** Replaces from the end, so that earlier places stay where they are. */
function replaced(content: string, places: readonly Place[], text: string): string {
  return places.reduceRight((changed, { start, value }) => {
    // docker --env-file needs JSON without quotation marks.
    const isBare = /^[{[]/.test(value)
    return `${changed.slice(0, start)}${isBare ? text : keyValue(text)}${changed.slice(start + value.length)}`
  }, content)
}

function variablesOf(content: string): Record<string, unknown> {
  return { ...parseEnv(content.startsWith(MARK) ? content.slice(MARK.length) : content) }
}

/** The value of JSON, or the text itself. An apostrophe may be escaped in one JSON text and not in another. */
function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return text
  }
}

export const VARIABLE = 'SESSION_KEYS'
/** A `.env` file that sets another variable first. A lone `=` may be the padding of base64. */
const SETS_ANOTHER = /^(?:\s*#.*\n|\s*\n)*(?:export\s+)?[A-Za-z_]\w*=[^=]/

/**
 * Finds the keys in a file or standard input: the value of `SESSION_KEYS` in a `.env` file, or the whole text.
 *
 * @throws {UsageError} for text that would be taken for a secret, and is not one
 */
export function keyText(content: string): string {
  const plain = content.replace(/^\uFEFF/, '')
  const isEnv = SETS_KEYS.test(plain)
  const text = (isEnv ? (parseEnv(plain)[VARIABLE] ?? '') : plain).trim()
  if (text === '') throw new UsageError('what was given holds no keys: make one with sealed-session keygen')
  if (isEnv || /^[{[]/.test(text)) return text
  if (text.includes('\n')) {
    if (SETS_ANOTHER.test(text)) throw new UsageError(`no line sets ${VARIABLE}: add ${VARIABLE}= before the keys`)
    throw new UsageError(`the keys have several lines: give one secret, a JWK Set, or a line ${VARIABLE}=...`)
  }
  return text
}

/** Writes a line for a `.env` file. JSON needs quotation marks, or a shell removes those inside. */
export function keyLine(text: string): string {
  return `${VARIABLE}=${keyValue(text)}`
}

/** The value in such a line. */
function keyValue(text: string): string {
  if (/^[\w-]+$/.test(text)) return text
  // An apostrophe can only be in a string of the JSON, where this escapes it.
  return `'${text.replaceAll("'", '\\u0027')}'`
}
