import { bytes, micros, millis, type Print, whole } from '../measure/print.js'
import type { Recording } from '../measure/recording.js'
import { type Facts, value, variants } from '../measure/samples.js'
import { BACKENDS, type BackendName, DESCRIPTIONS, type Experiment, type Place } from '../tradeoffs/outcome.js'
import type { Results } from './recordings.js'

/** The one that the others are compared with. */
export const OURS: BackendName = 'sealed-session'
export const NOT_MEASURED = 'not measured here'

export function labelOf(name: BackendName): string {
  return DESCRIPTIONS[name][0]
}

export function placeOf(name: BackendName): Place {
  return DESCRIPTIONS[name][1]
}

/** Who was measured or tried, in the order of every table; of one place, if it is given. */
export function present({ measurements, experiments }: Results, place?: Place): BackendName[] {
  const names = new Set<string>([...measurements, ...experiments].map(({ contender }) => contender))
  return BACKENDS.filter((name) => names.has(name) && (place === undefined || placeOf(name) === place))
}

export interface Missing {
  readonly contender: BackendName
  /** What to do about it. */
  readonly why: string
}

export function missing(results: Results): Missing[] {
  const reasons = new Map(results.absent.map(({ contender, why }) => [contender, why]))
  return BACKENDS.filter((name) => !present(results).includes(name)).map((contender) => {
    const why = reasons.get(contender) ?? 'run npm run bench:tradeoffs -- --record'
    return { contender, why: why.replace(/^not measured here: /, '') }
  })
}

export function outcome(results: Results, contender: BackendName, experiment: string): Experiment | undefined {
  return results.experiments.find((one) => one.contender === contender && one.experiment === experiment)
}

/** With a store, `none` says that it could not be tried; without one, that nothing can happen. */
export function wasTried({ contender, verdict }: Experiment): boolean {
  return verdict !== 'none' || placeOf(contender) !== 'store'
}

const perSecond: Print = (value) => `${whole(value)}/s`
/** In whole ones, as less is noise. */
const megabytes: Print = (value) => `${whole(Math.round(value / 1e6) || 0)} MB`

export const METRICS = {
  requests: ['Requests per second', perSecond],
  p50: ['Response time, median (p50)', millis],
  p99: ['Response time, the slowest of a hundred (p99)', millis],
  cpuApp: ['CPU of the app per request', micros],
  cpuStore: ['CPU of the store per request', micros],
  bytesUp: ['Bytes up per request, HTTP/1.1', bytes],
  bytesDown: ['Bytes down per request, HTTP/1.1', bytes],
  h2Up: ['Bytes up per request, HTTP/2', bytes],
  h2Down: ['Bytes down per request, HTTP/2', bytes],
  memoryApp: ['Memory of the app, above what it was without sessions', megabytes],
  memoryStore: ['Memory of the store, above what it was without sessions', megabytes],
  firstAnswer: ['From the start of the app to its first answer', millis],
} as const satisfies Readonly<Record<string, readonly [title: string, print: Print]>>
export type Metric = keyof typeof METRICS

/** The medians of those metrics that were measured, such as CPU of app and store. What has no store has none of it. */
export function figures(results: Results, contender: BackendName, metrics: readonly Metric[], facts: Facts): number[] {
  return metrics.flatMap((metric) => value(results, { contender, metric, ...facts }) ?? [])
}

export function total(parts: readonly number[]): number {
  return parts.reduce((sum, one) => sum + one, 0)
}

/** Bytes of JSON in the sessions that were measured, or numbers of them, the smallest first. */
export function sorted(results: Recording, variable: 'size' | 'sessions'): number[] {
  return variants<number>(results.measurements, variable).sort((a, b) => a - b)
}

/** Of the session in every comparison; the tables have the other sizes, too. */
export function usualSize(results: Results): number {
  const sizes = sorted(results, 'size')
  return sizes[Math.floor((sizes.length - 1) / 2)] ?? 0
}

/** `100 B`, `1 KB`, `2.5 KB` */
export function sizeName(size: number): string {
  return size < 1024 ? `${size} B` : `${Number((size / 1024).toFixed(1))} KB`
}
