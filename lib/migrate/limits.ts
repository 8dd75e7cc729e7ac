import { candidates } from '../cookie/read.js'

/** The most characters of one cookie that are read. Browsers keep no more of name and value (RFC 6265bis, section 5.6). */
const LONGEST_VALUE = 4096
/** The most cookies that one session may be spread over. */
export const MOST_CHUNKS = 10
/** The most characters of all of them: Node takes no more in a whole request head. */
const LONGEST_SESSION = 16_384

/** The values of the cookies with this name, at most four; none that is longer than a browser would keep. */
export function valuesOf(header: string | undefined, name: string): string[] {
  return candidates(header, name).filter(({ length }) => length <= LONGEST_VALUE)
}

/** Chunks in one piece, unless they are too many or too long. */
export function joined(chunks: readonly string[]): string | undefined {
  if (chunks.length > MOST_CHUNKS) return undefined
  return chunks.reduce((sum, { length }) => sum + length, 0) > LONGEST_SESSION ? undefined : chunks.join('')
}
