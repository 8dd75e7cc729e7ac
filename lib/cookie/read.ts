/**
 * How many cookies of one name are looked at. A sibling domain can add cookies of our name and have them sent first,
 * so the first is not always ours; each one that is looked at costs a decryption, so not all are.
 */
export const MOST_CANDIDATES = 4

/**
 * The values of the cookies with exactly this name, in the order in which they were sent, at most four.
 *
 * The grammar is RFC 6265, section 4.2.1: pairs separated by semicolon and space. Nothing is trimmed but spaces and
 * tabs, quotes and percent signs mean themselves, and `$Version` is a cookie like any other: what a browser does not
 * take for our cookie, we do not either.
 *
 * @param header the `Cookie` header, several of them joined by `; ` as Node joins them
 */
export function candidates(header: string | undefined, name: string): string[] {
  const found: string[] = []
  // Most requests that bring no session need not be split.
  if (header === undefined || !header.includes(`${name}=`)) return found
  let start = 0
  while (start < header.length && found.length < MOST_CANDIDATES) {
    const semicolon = header.indexOf(';', start)
    const end = semicolon === -1 ? header.length : semicolon
    const value = valueBetween(header, start, end, name)
    if (value !== undefined) found.push(value)
    start = end + 1
  }
  return found
}

/** The value of the pair between two positions, if it has this name. */
function valueBetween(header: string, start: number, end: number, name: string): string | undefined {
  // Both loops end at the name, at a semicolon, or where there is no character any more.
  let from = start
  while (isSpace(header.charCodeAt(from))) from++
  if (!header.startsWith(`${name}=`, from)) return undefined
  let to = end
  while (isSpace(header.charCodeAt(to - 1))) to--
  return header.slice(from + name.length + 1, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
