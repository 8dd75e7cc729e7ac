import type { Measurement, Recording } from './recording.js'

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which this part of the values lies, between its neighbours where it falls between them. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * part
  const [below = Number.NaN, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return below + (above - below) * (place - Math.floor(place))
}

/** Collects what is measured in rounds: a series of samples of each kind, in the order in which they came first. */
export class Series {
  readonly #all = new Map<string, Measurement & { readonly samples: number[] }>()

  add(kind: Omit<Measurement, 'samples'>, ...samples: readonly number[]): void {
    const key = JSON.stringify(kind)
    const known = this.#all.get(key)
    if (known) known.samples.push(...samples)
    else this.#all.set(key, { ...kind, samples: [...samples] } as Measurement & { samples: number[] })
  }

  get measurements(): readonly Measurement[] {
    return [...this.#all.values()]
  }
}

/** What a measurement must say of itself to be meant. */
export type Facts = Readonly<Record<string, unknown>>

export function all(recording: Pick<Recording, 'measurements'> | undefined, facts: Facts): Measurement[] {
  const wanted = Object.entries(facts)
  return (recording?.measurements ?? []).filter((one) => wanted.every(([fact, value]) => one[fact] === value))
}

export function find(recording: Pick<Recording, 'measurements'> | undefined, facts: Facts): Measurement | undefined {
  return all(recording, facts)[0]
}

/** The median of a measurement, if it was taken. */
export function value(recording: Pick<Recording, 'measurements'> | undefined, facts: Facts): number | undefined {
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
