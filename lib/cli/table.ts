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
