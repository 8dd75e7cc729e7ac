/** A table whose first column holds names, and every other one figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A table that is read, not compared. */
export function list(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map(() => '---')
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function picture(alternative: string, plot: string): string {
  return `![${alternative}](report/plots/${plot}.svg)`
}

/** Blocks with an empty line between them; what does not apply leaves no trace. */
export function blocks(...content: readonly (string | undefined)[]): string {
  return content.filter((block) => block !== undefined && block !== '').join('\n\n')
}
