import { isDeepStrictEqual, parseEnv } from 'node:util'
import { keyLine, keyValue, VARIABLE } from './key-text.js'
import { UsageError } from './usage-error.js'

/** A line that sets a variable, as node --env-file and dotenv read it: what quotation marks hold may have more lines. */
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
