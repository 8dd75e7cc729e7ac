import { bytes, micros, millis, type Print, whole } from '../../report/numbers.js'
import { all, type Facts, value, variants } from '../../report/select.js'
import type { BackendName } from '../backend.js'
import type { METRICS } from '../outcome.js'
import type { Results } from './results.js'

export type Metric = (typeof METRICS)[number]

export const STEPS = ['untouched', 'read', 'write'] as const
export type Step = (typeof STEPS)[number]

/** What the app does with the session. */
export const STEP_NAMES: Readonly<Record<Step, string>> = {
  untouched: 'The session is not used',
  read: 'The session is read',
  write: 'The session is changed',
}

const perSecond: Print = (value) => `${whole(value)}/s`
/** In whole ones, as less is noise. */
const megabytes: Print = (value) => `${whole(Math.round(value / 1e6) || 0)} MB`

interface Described {
  readonly title: string
  readonly print: Print
}

export const METRIC: Readonly<Record<Metric, Described>> = {
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

/** The median of one metric. */
export function figure(
  results: Results,
  contender: BackendName,
  metric: Metric,
  facts: Facts = {},
): number | undefined {
  return value(results, { contender, metric, ...facts })
}

/** The medians of several, added: CPU or memory of app and store, bytes up and down. What has no store has none of it. */
export function sum(
  results: Results,
  contender: BackendName,
  metrics: readonly Metric[],
  facts: Facts = {},
): number | undefined {
  const taken = metrics.flatMap((metric) => figure(results, contender, metric, facts) ?? [])
  return taken.length === 0 ? undefined : taken.reduce((total, one) => total + one, 0)
}

/** Bytes of JSON in the sessions that were measured, the smallest first. */
export function sizesIn(results: Results): number[] {
  return variants<number>(results.measurements, 'size').sort((a, b) => a - b)
}

/** Of the session in every comparison; the tables have the other sizes, too. */
export function usualSize(results: Results): number {
  const sizes = sizesIn(results)
  return sizes[Math.floor((sizes.length - 1) / 2)] ?? 0
}

/** Numbers of sessions whose memory was measured, the smallest first. */
export function amountsIn(results: Results): number[] {
  return variants<number>(results.measurements, 'sessions').sort((a, b) => a - b)
}

/** How often each figure was taken; the least, where they differ. */
export function roundsOf(results: Results, metrics: readonly Metric[], facts: Facts = {}): number {
  const taken = metrics.flatMap((metric) => all(results, { metric, ...facts }))
  return taken.length === 0 ? 0 : Math.min(...taken.map(({ samples }) => samples.length))
}

/** `100 B`, `1 KB`, `2.5 KB` */
export function sizeName(size: number): string {
  return size < 1024 ? `${size} B` : `${Number((size / 1024).toFixed(1))} KB`
}
