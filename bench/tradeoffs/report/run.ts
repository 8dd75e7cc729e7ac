/**
 * Makes the report of the trade-offs from their raw results: `bench/tradeoffs/report.html`, and its summary in the
 * guide.
 *
 *     --results <file>   the raw results, instead of the newest in bench/results
 *     --out <folder>     where report.html goes; the guide is left alone
 *     --check            write nothing; exit with 1 and name the files that are not what the results make of them
 *     --agree <file>     write nothing; exit with 1 and name what the results and these others say differently
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agreementOf } from './claims.js'
import { pageSummary, withSummary } from './guide.js'
import { reportPage } from './page.js'
import { newest, readResults } from './results.js'

const BENCH = fileURLToPath(new URL('../../../../', import.meta.url))
const PAGE = join(BENCH, '../spec/guide/cookie-or-store.md')

try {
  const { values: options } = parseArgs({
    options: {
      results: { type: 'string' },
      out: { type: 'string' },
      check: { type: 'boolean', default: false },
      agree: { type: 'string' },
    },
  })
  const file = options.results ?? newest(join(BENCH, 'results'))
  if (options.agree !== undefined) agree(file, options.agree)
  else if (options.check) check(made(file, options.out))
  else write(made(file, options.out))
} catch (error) {
  console.error(`bench:tradeoffs report: ${(error as Error).message}`)
  process.exitCode = 1
}

/** Every file of the report with its content. */
function made(file: string, out: string | undefined): Map<string, string> {
  const results = readResults(file)
  // The project's own files refer to their raw results, which must be there for whoever reads them.
  if (out === undefined && !results.source.startsWith('bench/results/')) {
    throw new Error(`${file} is not kept in bench/results: say with --out where its report goes`)
  }
  const files = new Map([[join(out ?? join(BENCH, 'tradeoffs'), 'report.html'), reportPage(results)]])
  if (out === undefined) files.set(PAGE, withSummary(readFileSync(PAGE, 'utf8'), pageSummary(results)))
  return files
}

function check(files: ReadonlyMap<string, string>): void {
  const stale = [...files].filter(([file, content]) => contentOf(file) !== content).map(([file]) => relative('', file))
  if (stale.length === 0) return
  throw new Error(`not what the results make of it: ${stale.join(', ')}. Make the report again and commit it`)
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [file, content] of files) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    console.log(relative('', file))
  }
}

function agree(file: string, other: string): void {
  const { all, same, near, differing } = agreementOf(readResults(file), readResults(other))
  console.log(`${all} statements: ${same} in the same words, ${near.length} in words next to each other`)
  for (const one of near) console.log(`  near: ${one}`)
  if (all === 0) throw new Error('neither of the two says anything')
  if (differing.length > 0) throw new Error(`they differ in ${differing.length}:\n  ${differing.join('\n  ')}`)
}
