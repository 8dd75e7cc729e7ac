/**
 * The most cookies of one name that are opened. A sibling domain can add cookies of this name that are sent first, so
 * the first one is not enough; each costs a decryption, so there is a bound.
 */
export const MAX_CANDIDATES = 4

/**
 * The values of the first four cookies with exactly this name (case counts), in the order of the header.
 *
 * The grammar is that of RFC 6265, section 4.2.1: pairs between semicolons. Spaces and tabs around a pair are trimmed.
 * Quotes and percent signs are part of the value, and `$Version` is a cookie like any other, as in browsers.
 *
 * @param header the `Cookie` header; several are joined by `; `, as Node does
 */
export function candidates(header: string | undefined, name: string): string[] {
  const found: string[] = []
  if (header === undefined) return found
  // Search for the name instead of splitting: a header of 16 KB may have thousands of pairs.
  const start = `${name}=`
  for (let at = header.indexOf(start); at !== -1 && found.length < MAX_CANDIDATES; at = header.indexOf(start, at)) {
    const value = at + start.length
    const semicolon = header.indexOf(';', value)
    const end = semicolon === -1 ? header.length : semicolon
    if (at === 0 || beginsPair(header, at)) found.push(trimmedEnd(header, value, end))
    at = end
  }
  return found
}

/** Whether only white space is between a position and the pair before it. */
function beginsPair(header: string, at: number): boolean {
  let before = at - 1
  while (isSpace(header.charCodeAt(before))) before--
  return before < 0 || header[before] === ';'
}

function trimmedEnd(header: string, from: number, end: number): string {
  let to = end
  while (isSpace(header.charCodeAt(to - 1))) to--
  return header.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
