const BEGIN = '<!-- bench:begin -->'
const END = '<!-- bench:end -->'

/** The README of the project with other figures in it. */
export function withFigures(readme: string, figures: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin === -1 || end < begin) {
    throw new Error(`the README has no place for the figures: put ${BEGIN} and ${END} there, or use --no-readme`)
  }
  return `${readme.slice(0, begin + BEGIN.length)}\n${figures}\n${readme.slice(end)}`
}
