const BEGIN = '<!-- tradeoffs:begin -->'
const END = '<!-- tradeoffs:end -->'

/** The page of the guide with this comparison in it. */
export function withSummary(page: string, summary: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end < begin)
    throw new Error(`the page has no place for the summary: put ${BEGIN} and ${END} there`)
  return `${page.slice(0, begin + BEGIN.length)}\n${summary}\n${page.slice(end)}`
}
