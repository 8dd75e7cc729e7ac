import { printTable } from '../http/table.js'
import { EXPERIMENTS } from './outcome.js'
import type { Absent } from './participants.js'
import type { Results } from './results-file.js'
import { USUAL_SIZE } from './sizes.js'

const WIDTH = 18

/** What somebody wants to see before they open the report. */
export function printSummary({ measurements, experiments, absent }: Results): void {
  const shown = measurements.filter((one) => one['step'] === 'read' && one['size'] === USUAL_SIZE)
  printTable(
    `Reading a session of ${USUAL_SIZE} B`,
    shown.filter(({ metric }) => ['requests', 'p99', 'cpuApp', 'cpuStore', 'h2Up'].includes(metric)),
  )
  if (experiments.length > 0) {
    console.log(`\n${Object.keys(EXPERIMENTS).length} experiments`)
    for (const name of new Set(experiments.map(({ contender }) => contender))) {
      const verdicts = experiments.filter(({ contender }) => contender === name).map(({ verdict }) => verdict)
      const counts = ['good', 'mixed', 'bad'].map((one) => `${verdicts.filter((is) => is === one).length} ${one}`)
      console.log(`${name.padEnd(WIDTH)}  ${counts.join(', ')}`)
    }
  }
  printAbsent(absent)
}

export function printAbsent(absent: readonly Absent[]): void {
  for (const { contender, why } of absent) console.log(`${contender.padEnd(WIDTH)}  ${why}`)
}
