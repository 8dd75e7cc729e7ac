import type { Measurement, Recording } from '../measure/recording.js'
import { median } from '../measure/statistics.js'

/** What a measurement must say of itself to be meant. */
export type Facts = Readonly<Record<string, unknown>>

export function all(recording: Recording | undefined, facts: Facts): Measurement[] {
  const wanted = Object.entries(facts)
  return (recording?.measurements ?? []).filter((one) => wanted.every(([fact, value]) => one[fact] === value))
}

export function find(recording: Recording | undefined, facts: Facts): Measurement | undefined {
  return all(recording, facts)[0]
}

/** The median of a measurement, if it was taken. */
export function value(recording: Recording | undefined, facts: Facts): number | undefined {
  const samples = find(recording, facts)?.samples ?? []
  return samples.length === 0 ? undefined : median(samples)
}

/** What a variable was set to, in the order in which it was measured. */
export function variants<Value = string>(measurements: readonly Measurement[], variable: string): Value[] {
  return [...new Set(measurements.map((one) => one[variable]))].filter((one) => one !== undefined) as Value[]
}

export function ratio(value: number | undefined, to: number | undefined): number | undefined {
  return value === undefined || to === undefined ? undefined : value / to
}
