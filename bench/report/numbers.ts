import type { Measurement } from '../measure/recording.js'
import { median, quantile } from '../measure/statistics.js'

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
