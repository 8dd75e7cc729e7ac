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
  if (header === undefined) return found
  // By the name, and not pair by pair: a header of 16 KB may have thousands of pairs, and is looked at for several names.
  const start = `${name}=`
  for (let at = header.indexOf(start); at !== -1 && found.length < MOST_CANDIDATES; at = header.indexOf(start, at)) {
    const value = at + start.length
    const semicolon = header.indexOf(';', value)
    const end = semicolon === -1 ? header.length : semicolon
    if (beginsPair(header, at)) found.push(trimmedEnd(header, value, end))
    at = end
  }
  return found
}

/** Whether nothing but white space stands between a position and the pair before it. */
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
