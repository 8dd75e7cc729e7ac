/**
 * Makes the report from the raw results: `bench/README.md`, its plots, and the figures in the README of the project.
 *
 *     --check              write nothing; exit with 1 and name the files that are not what the results make of them
 *     --no-readme          leave the README of the project alone
 *     --readme <file>      another one
 *     --results <folder>   the raw results, instead of bench/results
 *     --out <folder>       where README.md and report/plots go, instead of bench
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { plots } from './plots.js'
import { withFigures } from './project-readme.js'
import { readEverything } from './recordings.js'
import { report } from './report.js'
import { ratiosTable } from './tables/ratios.js'

const BENCH = fileURLToPath(new URL('../../../', import.meta.url))

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    'no-readme': { type: 'boolean', default: false },
    readme: { type: 'string', default: join(BENCH, '../README.md') },
    results: { type: 'string', default: join(BENCH, 'results') },
    out: { type: 'string', default: BENCH },
  },
})

try {
  const files = made()
  if (options.check) check(files)
  else write(files)
} catch (error) {
  console.error(`bench:report: ${(error as Error).message}`)
  process.exitCode = 1
}

/** Every file of the report with its content, and without one where a file must not be. */
function made(): Map<string, string | undefined> {
  const everything = readEverything(options.results)
  const { recordings = {} } = everything[0] ?? {}
  const folder = join(options.out, 'report/plots')
  const files = new Map<string, string | undefined>(present(folder).map((file) => [join(folder, file), undefined]))
  for (const [name, svg] of plots(recordings)) files.set(join(folder, `${name}.svg`), svg)
  files.set(join(options.out, 'README.md'), report(everything))
  if (!options['no-readme']) {
    files.set(options.readme, withFigures(readFileSync(options.readme, 'utf8'), ratiosTable(everything)))
  }
  return files
}

/** The pictures of an earlier report, as one of something that is not recorded any more would stay for ever. */
function present(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.svg'))
  } catch {
    return []
  }
}

function check(files: ReadonlyMap<string, string | undefined>): void {
  const stale = [...files].filter(([file, content]) => contentOf(file) !== content).map(([file]) => relative('', file))
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
