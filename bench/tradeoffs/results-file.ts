import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine, type Recording, resultsOf, rounded } from '../measure/recording.js'
import type { TradeoffResults } from './outcome.js'

export type Results = Recording & TradeoffResults

/** Where results are that are not kept. */
const PASSING = new URL('../../tradeoffs/results.json', import.meta.url)

/** Writes the raw results, to be kept with the project or not, and returns them with their file. */
export function saveResults(
  { versions, method, measurements, experiments, absent }: Omit<Results, 'benchmark' | 'date' | 'commit' | 'machine'>,
  keeps: boolean,
): { results: Results; file: string } {
  const results: Results = {
    benchmark: 'tradeoffs',
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: machine(),
    versions,
    method,
    measurements: measurements.map((one) => ({ ...one, samples: one.samples.map(rounded) })),
    experiments,
    absent,
  }
  const file = keeps ? resultsOf('tradeoffs') : PASSING
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `${asLines(results)}\n`)
  return { results, file: fileURLToPath(file) }
}

/** A line for each measurement and each experiment, so that a change of the file can be read. */
function asLines({ measurements, experiments, absent, ...head }: Results): string {
  const lists = Object.entries({ measurements, experiments, absent }).map(([name, list]) => {
    const lines = list.map((one) => `    ${JSON.stringify(one)}`).join(',\n')
    return `  "${name}": [${lines === '' ? '' : `\n${lines}\n  `}]`
  })
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n${lists.join(',\n')}\n}`
}
