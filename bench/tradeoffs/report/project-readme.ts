const BEGIN = '<!-- tradeoffs:begin -->'
const END = '<!-- tradeoffs:end -->'

/** The README of the project with this comparison in it. */
export function withSummary(readme: string, summary: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin === -1 || end < begin)
    throw new Error(`the README has no place for the summary: put ${BEGIN} and ${END} there`)
  return `${readme.slice(0, begin + BEGIN.length)}\n${summary}\n${readme.slice(end)}`
}
