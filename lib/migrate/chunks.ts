import { MAX_COOKIE_BYTES } from '../cookie/budget.js'
import { candidates } from '../cookie/read.js'

/** The most cookies that one session may be spread over. */
export const MOST_CHUNKS = 10
/** The most characters of all of them: Node takes no more in a whole request head. */
const LONGEST_SESSION = 16_384

/** The values of the cookies with this name, at most four; none that is longer than a browser would keep. */
export function valuesOf(header: string | undefined, name: string): string[] {
  return candidates(header, name).filter(({ length }) => length <= MAX_COOKIE_BYTES)
}

/** Chunks in one piece, unless they are too many or too long. */
export function joined(chunks: readonly string[]): string | undefined {
  if (chunks.length > MOST_CHUNKS) return undefined
  return chunks.reduce((sum, { length }) => sum + length, 0) > LONGEST_SESSION ? undefined : chunks.join('')
}

/** What a request brings of a value that may have been too long for one cookie. */
export interface Chunked {
  /** The values that it may be, in the order in which they are tried. */
  readonly values: readonly string[]
  /** The cookies that are there. */
  readonly names: readonly string[]
}

/**
 * Reads a value from the cookie `name`, or from `name.0`, `name.1` and so on, as express-openid-connect and Auth.js
 * split it. The whole cookie comes first. Undefined, after one look, if the request brings neither.
 */
export function chunked(header: string | undefined, name: string): Chunked | undefined {
  if (!header?.includes(name)) return undefined
  const whole = valuesOf(header, name)
  // One more than is read, to see whether there are too many.
  const chunks = Array.from({ length: MOST_CHUNKS + 1 }, (_, index) => valuesOf(header, `${name}.${index}`))
  const values = [...whole, ...assembled(chunks)].filter((value) => value !== '')
  if (values.length === 0) return undefined
  const names = chunks.flatMap((found, index) => (found.length > 0 ? [`${name}.${index}`] : []))
  return { values, names: whole.length > 0 ? [name, ...names] : names }
}

/**
 * The values that chunks make. Where a sibling domain has added one of its own, the chunks that were sent first, those
 * sent second and so on are put together, a name with fewer giving its last.
 */
function assembled(chunks: readonly (readonly string[])[]): string[] {
  const missing = chunks.findIndex((found) => found.length === 0)
  const present = missing === -1 ? chunks : chunks.slice(0, missing)
  // A gap: what stands behind it belongs to something that is no longer there.
  if (present.length === 0 || chunks.slice(present.length).some((found) => found.length > 0)) return []
  const sets = Math.max(...present.map((found) => found.length))
  return Array.from({ length: sets }, (_, set) =>
    joined(present.map((found) => found[Math.min(set, found.length - 1)] as string)),
  ).filter((value) => value !== undefined)
}
