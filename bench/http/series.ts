import type { Measurement } from '../measure/recording.js'

/** What tells one series of samples from the others. */
interface Kind {
  readonly contender: string
  readonly metric: string
  readonly unit: string
  readonly [variable: string]: unknown
}

/** Collects what is measured in rounds: a series of samples of each kind, in the order in which they came first. */
export class Series {
  readonly #samples = new Map<string, number[]>()
  readonly #measurements: Measurement[] = []

  add(kind: Kind, sample: number): void {
    const key = JSON.stringify(kind)
    const samples = this.#samples.get(key)
    if (samples) samples.push(sample)
    else {
      const first = [sample]
      this.#samples.set(key, first)
      this.#measurements.push({ ...kind, samples: first })
    }
  }

  get measurements(): readonly Measurement[] {
    return this.#measurements
  }
}
