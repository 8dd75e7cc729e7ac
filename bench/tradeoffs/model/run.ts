/**
 * What sessions take of servers and lines, computed from the recorded figures.
 *
 *     --sessions, --requests          alive, and per second: your load, instead of a million requests
 *     --bytes                         of JSON in each session
 *     --read, --write                 shares of the requests that do so with the session; the rest does not use it
 *     --per-connection                requests on one connection of HTTP/2
 *
 * With a load, your prices in any currency; what is not given is not counted:
 *
 *     --core-hour                     of a CPU core for an hour
 *     --gb-month                      of a GB of memory for a month
 *     --gb-transfer, --gb-received    of a GB to browsers, and of one from them
 *     --store-month                   what a store costs a month before it does anything
 *     --copies, --headroom            servers that hold each session (2), cores for each busy one (1)
 */
import { fileURLToPath } from 'node:url'
import { printTable } from '../../measure/print.js'
import { labelOf, missing, OURS } from '../../report/backends.js'
import { type Results, tradeoffsIn } from '../../report/recordings.js'
import { costTables, loadTable, measuredIn, type Table, tablesFor, USUAL } from './model.js'
import { type Given, givenFrom } from './options.js'

try {
  const given = givenFrom(process.argv.slice(2))
  const results = tradeoffsIn(fileURLToPath(new URL('../../../../results', import.meta.url)))
  for (const { caption, head, rows } of tables(given, results)) printTable(caption, head, rows)
  for (const { contender, why } of missing(results)) console.log(`\n${labelOf(contender)} was not measured: ${why}`)
  if (given?.hasPrices && given.uncounted.length > 0) {
    console.log(`\nNot counted, as no price was given: --${given.uncounted.join(', --')}`)
  }
  console.log(`\nFrom ${results.source}`)
} catch (error) {
  console.error(`bench:model: ${(error as Error).message}`)
  process.exitCode = 1
}

function tables(given: Given | undefined, results: Results): Table[] {
  const all = measuredIn(results)
  if (given === undefined) return tablesFor(all, USUAL)
  const ours = all.find(({ name }) => name === OURS)
  if (ours === undefined) throw new Error(`${results.source} has no figures of ${OURS}: run npm run bench:tradeoffs`)
  return [loadTable(all, given.case), ...(given.hasPrices ? costTables(ours, all, given.case) : [])]
}
