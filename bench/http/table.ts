import type { Measurement } from '../measure/recording.js'
import { median, quantile } from '../measure/statistics.js'

const NAME_WIDTH = 18
const LEAST_WIDTH = 20

/** Prints a line for each contender and a column for each metric: the median, and the quartiles where they differ. */
export function printTable(title: string, measurements: readonly Measurement[]): void {
  const headings = new Map(measurements.map(({ metric, unit }) => [metric, `  ${metric} (${unit})`]))
  const head = [...headings.values()].map((heading) => heading.padStart(LEAST_WIDTH))
  console.log(`\n${title}\n${' '.repeat(NAME_WIDTH)}${head.join('')}`)
  for (const name of new Set(measurements.map(({ contender }) => contender))) {
    const cells = [...headings].map(([metric, heading]) => {
      const found = measurements.find((one) => one.contender === name && one.metric === metric)
      return (found ? cell(found.samples) : '-').padStart(Math.max(LEAST_WIDTH, heading.length))
    })
    console.log(name.padEnd(NAME_WIDTH) + cells.join(''))
  }
}

function cell(samples: readonly number[]): string {
  const middle = figure(median(samples))
  const [low, high] = [figure(quantile(samples, 0.25)), figure(quantile(samples, 0.75))]
  return low === high ? middle : `${middle} (${low}-${high})`
}

function figure(value: number): string {
  return value.toFixed(value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2)
}
