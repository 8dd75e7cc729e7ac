import type { Measurement } from './recording.js'
import { median, quantile } from './samples.js'

export type Print = (value: number) => string

/** For what was not measured. */
export const ABSENT = '–'

/** Three digits that say something, as the fourth is noise in every benchmark here. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 99.95) return whole(value)
  return value.toFixed(size >= 9.995 ? 1 : 2)
}

/** With commas, and the same wherever the report is made. */
export function whole(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',')
}

export const micros: Print = (value) => `${short(value)} µs`
export const millis: Print = (value) => `${short(value)} ms`
export const bytes: Print = (value) => `${whole(value)} B`
export const times: Print = (value) => `${short(value)}×`

export function orAbsent(value: number | undefined, print: Print): string {
  return value === undefined ? ABSENT : print(value)
}

/** The median, and between which values half of the samples are. */
export function spread(one: Measurement | undefined, print: Print = short): string {
  if (one === undefined || one.samples.length === 0) return ABSENT
  const { samples } = one
  const middle = print(median(samples))
  if (samples.length === 1) return middle
  return `${middle} (${print(quantile(samples, 0.25))}–${print(quantile(samples, 0.75))})`
}

/** `4,000/s to 14,811/s`, or one figure where all look the same. */
export function ranging(values: readonly (number | undefined)[], print: Print): string {
  const present = values.filter((value) => value !== undefined)
  if (present.length === 0) return ABSENT
  const [least, most] = [print(Math.min(...present)), print(Math.max(...present))]
  return least === most ? least : `${least} to ${most}`
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** A table of Markdown; of figures, all but its first column stand at the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  of: 'figures' | 'texts' = 'figures',
): string {
  const rule = head.map((_, column) => (column === 0 || of === 'texts' ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Prints a table on the terminal, the first column at the left. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)))
  console.log(`\n${title}`)
  for (const cells of [head, ...rows]) {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    console.log(padded.join('  ').trimEnd())
  }
}

const OURS = 'sealed-session'

/**
 * Prints a line for each contender and what was varied, with a column for each metric: how the first is beside ours, and
 * of each the median and the quartiles.
 */
export function printMeasured(title: string, measurements: readonly Measurement[]): void {
  const metrics = [...new Map(measurements.map(({ metric, unit }) => [metric, `${metric} (${unit})`]))]
  const varied = ({ contender: _, metric: _m, unit: _u, samples: _s, ...variables }: Measurement) =>
    Object.values(variables).join(', ')
  const lines = new Map(measurements.map((one) => [`${one.contender}, ${varied(one)}`, one]))
  const rows = [...lines].map(([name, line]) => {
    const of = (contender: string, wanted = '') =>
      measurements.find((one) => one.contender === contender && one.metric === wanted && varied(one) === varied(line))
    const [one, ours] = [line.contender, OURS].map((contender) => of(contender, metrics[0]?.[0]))
    const beside = one && ours && one !== ours ? times(median(one.samples) / median(ours.samples)) : ''
    return [name, beside, ...metrics.map(([metric]) => spread(of(line.contender, metric)))]
  })
  const machine = `Node ${process.version} ${process.platform}-${process.arch}`
  printTable(`${title}, ${machine}`, ['', 'beside ours', ...metrics.map(([, head]) => head)], rows)
}
