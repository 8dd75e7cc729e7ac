/**
 * Makes every document that has recorded figures: `bench/README.md` with its plots, `bench/tradeoffs/report.html`, and
 * the figures in the README of the project and in the guide.
 *
 *     --check              write nothing; exit with 1 and name the files that are not what the results make of them
 *     --results <folder>   the raw results, instead of bench/results
 *     --tradeoffs <file>   those about cookie and store alone, of which only report.html is made
 *     --out <folder>       where the documents go, instead of bench; those outside of bench are left alone
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  const text = { type: 'string' } as const
  const {
    check: checks,
    results,
    tradeoffs,
    out,
  } = parseArgs({
    options: { check: { type: 'boolean' }, results: text, tradeoffs: text, out: text },
  }).values
  const files = tradeoffs === undefined ? documents(results ?? join(BENCH, 'results'), out) : onlyReport(tradeoffs, out)
  if (checks) check(files)
  else write(files)
} catch (error) {
  console.error(`bench:report: ${(error as Error).message}`)
  process.exitCode = 1
}

/** Every document with its content, and without one where a file must not be. */
function documents(results: string, out: string | undefined): Map<string, string | undefined> {
  const everything = costsIn(results)
  const tradeoffs = tradeoffsIn(results)
  const folder = join(out ?? BENCH, 'report/plots')
  // A picture of something that is not recorded any more would stay for ever.
  const files = new Map<string, string | undefined>(present(folder).map((file) => [join(folder, file), undefined]))
  for (const [name, svg] of plots(everything[0]?.recordings ?? {})) files.set(join(folder, `${name}.svg`), svg)
  files.set(join(out ?? BENCH, 'README.md'), costsPage(template('costs.md'), everything))
  files.set(join(out ?? BENCH, 'tradeoffs/report.html'), reportPage(template('page.html'), tradeoffs))
  if (out !== undefined) return files
  files.set(README, withBlock(readFileSync(README, 'utf8'), 'bench', mainFigures(everything, tradeoffs)))
  files.set(GUIDE, withBlock(readFileSync(GUIDE, 'utf8'), 'tradeoffs', guideSummary(tradeoffs)))
  return files
}

function onlyReport(file: string, out: string | undefined): Map<string, string> {
  if (out === undefined) throw new Error('say with --out where the report of these results goes')
  return new Map([[join(out, 'report.html'), reportPage(template('page.html'), readResults(file))]])
}

function template(name: string): string {
  return readFileSync(join(BENCH, 'report', name), 'utf8')
}

function present(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.svg'))
  } catch {
    return []
  }
}

/** A change of lib alone makes no page stale: its age is the only thing that is left out. */
function check(files: ReadonlyMap<string, string | undefined>): void {
  const same = (file: string, content: string | undefined) => {
    const now = contentOf(file)
    return now === content || (now !== undefined && content !== undefined && withoutAge(now) === withoutAge(content))
  }
  const stale = [...files].filter(([file, content]) => !same(file, content)).map(([file]) => relative('', file))
  if (stale.length === 0) return
  throw new Error(`not what the results make of it: ${stale.join(', ')}. Run npm run bench:report and commit it`)
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function write(files: ReadonlyMap<string, string | undefined>): void {
  for (const [file, content] of files) {
    if (content === undefined) {
      rmSync(file)
      continue
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    console.log(relative('', file))
  }
}
