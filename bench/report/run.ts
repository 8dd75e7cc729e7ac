/**
 * Makes every document that has recorded figures: `bench/README.md` with its plots, `bench/tradeoffs/report.html`, and
 * the figures in the README of the project and in the guide.
 *
 *     --check              write nothing; exit with 1 and name the files that are not what the results make of them
 *     --tradeoffs <file>   only report.html, of other results and beside them
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { costsPage, mainFigures } from './costs.js'
import { guideSummary } from './guide.js'
import { reportPage } from './page.js'
import { plots } from './plots.js'
import { costsIn, readResults, tradeoffsIn, withBlock, withoutAge } from './recordings.js'

const BENCH = fileURLToPath(new URL('../../../', import.meta.url))
const README = join(BENCH, '../README.md')
const GUIDE = join(BENCH, '../spec/guide/cookie-or-store.md')

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, tradeoffs: { type: 'string' } } })
  const files = values.tradeoffs === undefined ? documents() : onlyReport(values.tradeoffs)
  if (values.check) check(files)
  else write(files)
} catch (error) {
  console.error(`bench:report: ${(error as Error).message}`)
  process.exitCode = 1
}

/** Every document with its content. */
function documents(): Map<string, string> {
  const everything = costsIn(join(BENCH, 'results'))
  const tradeoffs = tradeoffsIn(join(BENCH, 'results'))
  const pictures = [...plots(everything[0]?.recordings ?? {})]
  return new Map([
    ...pictures.map(([name, svg]) => [join(BENCH, `report/plots/${name}.svg`), svg] as const),
    [join(BENCH, 'README.md'), costsPage(template('costs.md'), everything)],
    [join(BENCH, 'tradeoffs/report.html'), reportPage(template('page.html'), tradeoffs)],
    [README, withBlock(readFileSync(README, 'utf8'), 'bench', mainFigures(everything, tradeoffs))],
    [GUIDE, withBlock(readFileSync(GUIDE, 'utf8'), 'tradeoffs', guideSummary(tradeoffs))],
  ])
}

function onlyReport(results: string): Map<string, string> {
  return new Map([[join(dirname(results), 'report.html'), reportPage(template('page.html'), readResults(results))]])
}

function template(name: string): string {
  return readFileSync(join(BENCH, 'report', name), 'utf8')
}

/** A change of lib alone makes no page stale: its age is the only thing that is left out. */
function check(files: ReadonlyMap<string, string>): void {
  const now = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  const stale = [...files].filter(([file, content]) => withoutAge(now(file)) !== withoutAge(content))
  if (stale.length === 0) return
  const names = stale.map(([file]) => relative('', file)).join(', ')
  throw new Error(`not what the results make of it: ${names}. Run npm run bench:report and commit it`)
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [file, content] of files) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    console.log(relative('', file))
  }
}
