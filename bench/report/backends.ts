import { bytes, micros, millis, type Print, whole } from '../measure/print.js'
import type { Recording } from '../measure/recording.js'
import { type Facts, value, variants } from '../measure/samples.js'
import { BACKENDS, type BackendName, type Experiment, type Metric } from '../tradeoffs/outcome.js'
import type { Results } from './recordings.js'

/** Where the data of a session are. */
export type Place = 'cookie' | 'app' | 'store'

/** As its makers spell it, where it keeps sessions, and what it is for a reader who has never heard of it. */
export const DESCRIPTIONS: Readonly<Record<BackendName, { label: string; place: Place; about: string }>> = {
  'sealed-session': {
    label: 'sealed-session',
    place: 'cookie',
    about: 'this package: the whole session in a cookie, encrypted and authenticated',
  },
  'cookie-session': {
    label: 'cookie-session',
    place: 'cookie',
    about: 'the whole session in a cookie that is signed, not encrypted: whoever has the cookie reads the data',
  },
  memory: {
    label: 'MemoryStore',
    place: 'app',
    about: 'express-session with its default store, the memory of the app’s own process',
  },
  redis: { label: 'Redis', place: 'store', about: 'express-session with Redis, which keeps data in memory' },
  memcached: { label: 'Memcached', place: 'store', about: 'express-session with Memcached, a cache in memory' },
  mysql: { label: 'MySQL', place: 'store', about: 'express-session with MySQL or MariaDB, a database' },
  mongodb: { label: 'MongoDB', place: 'store', about: 'express-session with MongoDB, a document database' },
  postgresql: { label: 'PostgreSQL', place: 'store', about: 'express-session with PostgreSQL, a database' },
}

/** The one that the others are compared with. */
export const OURS: BackendName = 'sealed-session'

export function labelOf(name: BackendName): string {
  return DESCRIPTIONS[name].label
}

export function keptIn(place: Place, names: readonly BackendName[]): BackendName[] {
  return names.filter((name) => DESCRIPTIONS[name].place === place)
}

/** Who was measured or tried, in the order of every table. */
export function present({ measurements, experiments }: Results): BackendName[] {
  const names = new Set<string>([...measurements, ...experiments].map(({ contender }) => contender))
  return BACKENDS.filter((name) => names.has(name))
}

export interface Missing {
  readonly contender: BackendName
  /** What to do about it. */
  readonly why: string
}

export function missing(results: Results): Missing[] {
  const there = present(results)
  const reasons = new Map(results.absent.map(({ contender, why }) => [contender, why]))
  return BACKENDS.filter((name) => !there.includes(name)).map((contender) => ({
    contender,
    why: (reasons.get(contender) ?? 'run npm run bench:tradeoffs -- --record').replace(/^not measured here: /, ''),
  }))
}

export function outcome(results: Results, contender: BackendName, experiment: string): Experiment | undefined {
  return results.experiments.find((one) => one.contender === contender && one.experiment === experiment)
}

/** With a store, `none` says that it could not be tried; without one, that nothing can happen. */
export function wasTried({ contender, verdict }: Experiment): boolean {
  return verdict !== 'none' || DESCRIPTIONS[contender].place !== 'store'
}

const perSecond: Print = (value) => `${whole(value)}/s`
/** In whole ones, as less is noise. */
const megabytes: Print = (value) => `${whole(Math.round(value / 1e6) || 0)} MB`

export const METRIC: Readonly<Record<Metric, { readonly title: string; readonly print: Print }>> = {
  requests: { title: 'Requests per second', print: perSecond },
  p50: { title: 'Response time, median (p50)', print: millis },
  p99: { title: 'Response time, the slowest of a hundred (p99)', print: millis },
  cpuApp: { title: 'CPU of the app per request', print: micros },
  cpuStore: { title: 'CPU of the store per request', print: micros },
  bytesUp: { title: 'Bytes up per request, HTTP/1.1', print: bytes },
  bytesDown: { title: 'Bytes down per request, HTTP/1.1', print: bytes },
  h2Up: { title: 'Bytes up per request, HTTP/2', print: bytes },
  h2Down: { title: 'Bytes down per request, HTTP/2', print: bytes },
  memoryApp: { title: 'Memory of the app, above what it was without sessions', print: megabytes },
  memoryStore: { title: 'Memory of the store, above what it was without sessions', print: megabytes },
  firstAnswer: { title: 'From the start of the app to its first answer', print: millis },
}

/** The medians of those metrics that were measured, such as CPU of app and store. What has no store has none of it. */
export function figures(results: Results, contender: BackendName, metrics: readonly Metric[], facts: Facts): number[] {
  return metrics.flatMap((metric) => value(results, { contender, metric, ...facts }) ?? [])
}

export function total(parts: readonly number[]): number {
  return parts.reduce((sum, one) => sum + one, 0)
}

/** Bytes of JSON in the sessions that were measured, the smallest first. */
export function sizesIn(results: Recording): number[] {
  return variants<number>(results.measurements, 'size').sort((a, b) => a - b)
}

/** Of the session in every comparison; the tables have the other sizes, too. */
export function usualSize(results: Results): number {
  const sizes = sizesIn(results)
  return sizes[Math.floor((sizes.length - 1) / 2)] ?? 0
}

/** Numbers of sessions whose memory was measured, the smallest first. */
export function amountsIn(results: Recording): number[] {
  return variants<number>(results.measurements, 'sessions').sort((a, b) => a - b)
}

/** `100 B`, `1 KB`, `2.5 KB` */
export function sizeName(size: number): string {
  return size < 1024 ? `${size} B` : `${Number((size / 1024).toFixed(1))} KB`
}
