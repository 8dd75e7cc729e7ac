/**
 * What sessions cost at scale, computed from the recorded figures.
 *
 *     --sessions, --requests, --bytes   alive, per second, of JSON in each: all three, instead of the scenarios
 *     --read, --write                   shares of the requests; the rest does not touch the session
 *     --results <file>                  other raw results than the newest in bench/results
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OURS } from '../report/backends.js'
import { newest, readResults } from '../report/results.js'
import { ASSUMPTIONS } from './assumptions.js'
import { type Given, givenFrom } from './given.js'
import { compared } from './index.js'
import { breakEvenTable, loadTable, scenarioTables, type Table } from './tables.js'

const RESULTS = fileURLToPath(new URL('../../../../results', import.meta.url))

try {
  const given = givenFrom(process.argv.slice(2))
  const source = given.results ?? newest(RESULTS)
  for (const table of tablesFor(given, source)) print(table)
  console.log(`\nFrom ${join(source)}, with:`)
  for (const { name, value, unit, source: from } of Object.values(ASSUMPTIONS)) {
    console.log(`  ${name}: ${`${value} ${unit}`.trim()} (${from})`)
  }
} catch (error) {
  console.error(`bench:model: ${(error as Error).message}`)
  process.exitCode = 1
}

function tablesFor({ load }: Given, source: string): Table[] {
  const all = compared(readResults(source))
  const ours = all.find(({ name }) => name === OURS)
  if (ours === undefined) throw new Error(`${source} has no figures of ${OURS}: run npm run bench:tradeoffs`)
  if (load === undefined) return scenarioTables(all)
  const { sessions, bytes, read, write } = load
  const stores = all.filter(({ hasStore }) => hasStore)
  return [loadTable(all, load, 'Your load'), breakEvenTable(ours, stores, { sessions, bytes, read, write })]
}

function print({ caption, head, rows }: Table): void {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  console.log(`\n${caption}`)
  for (const cells of lines)
    console.log(`  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
}
