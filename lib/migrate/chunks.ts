import { MAX_COOKIE_BYTES } from '../cookie/budget.js'
import { candidates } from '../cookie/read.js'

/** The most cookies that one session may be spread over. */
export const MAX_CHUNKS = 10
/** The most characters of all of them: Node accepts no more in a request head. */
const MAX_CHARACTERS = 16_384

/** The values of the cookies with this name, at most four, without those that are longer than a browser keeps. */
export function valuesOf(header: string | undefined, name: string): string[] {
  return candidates(header, name).filter(({ length }) => length <= MAX_COOKIE_BYTES)
}

/** Joins chunks, unless they are too many or too long. */
export function joined(chunks: readonly string[]): string | undefined {
  if (chunks.length > MAX_CHUNKS) return undefined
  return chunks.reduce((sum, { length }) => sum + length, 0) > MAX_CHARACTERS ? undefined : chunks.join('')
}

/** A value that may have been too long for one cookie, as a request brings it. */
export interface Chunked {
  /** The candidates for the value, in the order to try them. */
  readonly values: readonly string[]
  /** The names of the cookies. */
  readonly names: readonly string[]
}

/**
 * Reads a value from the cookie `name`, or from `name.0`, `name.1` and so on, as express-openid-connect and Auth.js
 * split it. The whole cookie comes first. Undefined if the request brings neither, which costs one search.
 */
export function chunked(header: string | undefined, name: string): Chunked | undefined {
  if (!header?.includes(name)) return undefined
  const whole = valuesOf(header, name)
  // One more than allowed, to see whether there are too many.
  const chunks = Array.from({ length: MAX_CHUNKS + 1 }, (_, index) => valuesOf(header, `${name}.${index}`))
  const values = [...whole, ...assembled(chunks)].filter((value) => value !== '')
  if (values.length === 0) return undefined
  const names = chunks.flatMap((found, index) => (found.length > 0 ? [`${name}.${index}`] : []))
  return { values, names: whole.length > 0 ? [name, ...names] : names }
}

/**
 * Joins chunks to values. If a sibling domain has added chunks, the first of each name make one value, the second of
 * each name another, and so on; a name with fewer repeats its last.
 */
function assembled(chunks: readonly (readonly string[])[]): string[] {
  const missing = chunks.findIndex((found) => found.length === 0)
  const present = missing === -1 ? chunks : chunks.slice(0, missing)
  // Chunks behind a gap belong to a value that is gone.
  if (present.length === 0 || chunks.slice(present.length).some((found) => found.length > 0)) return []
  const sets = Math.max(...present.map((found) => found.length))
  return Array.from({ length: sets }, (_, set) =>
    joined(present.map((found) => found[Math.min(set, found.length - 1)] as string)),
  ).filter((value) => value !== undefined)
}
