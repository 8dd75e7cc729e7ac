/** Rows with their cells one below the other, two spaces apart, and without white space at their ends. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const BAR_WIDTH = 40

/** A part of a whole as a bar; whatever is more than nothing is seen. */
export function bar(part: number, whole: number): string {
  const filled = Math.min(BAR_WIDTH, Math.round((part / whole) * BAR_WIDTH))
  return '#'.repeat(part > 0 ? Math.max(1, filled) : 0)
}

/** The last second that a `Date` holds. */
const LAST = 8.64e12

/** A time in seconds since the epoch as an ISO 8601 date. */
export function isoDate(seconds: number): string {
  if (seconds > LAST) return 'never'
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000', '')
}

/** Control characters, those that change the direction of text, and the two line ends of Unicode. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu
const LONGEST = 60

/** Text of a stranger's as a terminal may show it: nothing in it moves the cursor or fakes another line. */
export function printable(text: string): string {
  const escaped = text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return escaped.length > LONGEST ? `${escaped.slice(0, LONGEST)}...` : escaped
}
