/**
 * What sessions cost at scale, computed from the recorded figures.
 *
 *     --sessions, --requests          alive, and per second (or --rps): your load instead of the scenarios
 *     --bytes                         of JSON in each session
 *     --untouched, --read, --write    shares of the requests that do so with the session, 1 together
 *     --results <file>                other raw results than the newest in bench/results
 */
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OURS } from '../report/backends.js'
import { newest, type Results, readResults } from '../report/results.js'
import { ASSUMPTIONS, amountOf } from './assumptions.js'
import { calibrate } from './calibration.js'
import { type Given, givenFrom } from './given.js'
import { PRODUCT, USUAL } from './scenarios.js'
import {
  type AnyLoad,
  breakEvenTables,
  costTable,
  httpName,
  loadTable,
  scenarioCosts,
  scenarioTables,
  type Table,
  VERSIONS,
} from './tables.js'

const RECORDED = fileURLToPath(new URL('../../../../results', import.meta.url))
/** Of a run that was not recorded. */
const PASSING = fileURLToPath(new URL('../../../tradeoffs/results.json', import.meta.url))

try {
  const given = givenFrom(process.argv.slice(2))
  const file = given.results ?? latest()
  for (const table of tablesFor(given, read(file), file)) print(table)
  console.log(`\nFrom ${relative('', file)}, with:`)
  for (const one of Object.values(ASSUMPTIONS)) console.log(`  ${one.name}: ${amountOf(one)} (${one.source})`)
} catch (error) {
  console.error(`bench:model: ${(error as Error).message}`)
  process.exitCode = 1
}

function latest(): string {
  try {
    return newest(RECORDED)
  } catch (error) {
    if (existsSync(PASSING)) return PASSING
    throw error
  }
}

function read(file: string): Results {
  if (!existsSync(file))
    throw new Error(`there is no ${file}: npm run bench:tradeoffs makes one and prints where it is`)
  try {
    return readResults(file)
  } catch (error) {
    throw new Error(`${file} has no results of npm run bench:tradeoffs: ${(error as Error).message}`)
  }
}

function tablesFor({ load }: Given, results: Results, file: string): Table[] {
  const all = calibrate(results)
  const ours = all.find(({ name }) => name === OURS)
  if (ours === undefined) throw new Error(`${file} has no figures of ${OURS}: run npm run bench:tradeoffs`)
  const stores = all.filter(({ hasStore }) => hasStore)
  const usual: AnyLoad = { sessions: PRODUCT.sessions, requests: PRODUCT.requests, ...USUAL }
  const breakEvens = stores.length > 0 ? breakEvenTables(ours, stores, load ?? usual) : []
  if (load === undefined) return [...scenarioTables(all), ...scenarioCosts(all), ...breakEvens]
  const columns = VERSIONS.map((http) => ({ name: httpName(http), load: { ...load, http } }))
  return [loadTable(all, load, 'Your load'), costTable(all, columns, 'Its cost a month in US dollars'), ...breakEvens]
}

function print({ caption, head, rows }: Table): void {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  console.log(`\n${caption}`)
  for (const cells of lines) {
    console.log(`  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
  }
}
