/** Aligns the cells of rows, two spaces apart, without white space at the end. */
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

/** Draws a part of a whole as a bar. Anything above 0 gets at least one character. */
export function bar(part: number, whole: number): string {
  const filled = Math.min(BAR_WIDTH, Math.round((part / whole) * BAR_WIDTH))
  return '#'.repeat(part > 0 ? Math.max(1, filled) : 0)
}

/** The last second that a `Date` can hold. */
const LAST = 8.64e12

/** Formats a time in seconds since the epoch as an ISO 8601 date. */
export function isoDate(seconds: number): string {
  if (seconds > LAST) return 'never'
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000', '')
}

/** Control characters, characters that change the direction of text, and the line ends of Unicode. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu
const MAX_SHOWN = 60

/** Escapes untrusted text for a terminal, where it could move the cursor or fake a line. */
export function printable(text: string): string {
  const escaped = text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return escaped.length > MAX_SHOWN ? `${escaped.slice(0, MAX_SHOWN)}...` : escaped
}
