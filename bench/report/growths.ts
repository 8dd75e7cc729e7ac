import type { Measurement } from '../measure/recording.js'
import { type Facts, variants } from './select.js'

/** Something that grows, and what is measured while it does. */
export interface Growth {
  readonly by: string
  readonly title: string
  readonly axis: string
  readonly unit: string
}

const CPU = 'CPU of a request, µs'

export const GROWTHS: readonly Growth[] = [
  { by: 'size', title: 'Cost against the size of the session', axis: 'bytes of session JSON', unit: CPU },
  { by: 'cookies', title: 'Cost against the number of other cookies', axis: 'other cookies of the request', unit: CPU },
  { by: 'keys', title: 'Cost against the number of keys in the ring', axis: 'keys in the ring', unit: CPU },
  { by: 'requests', title: 'Heap after many requests', axis: 'requests answered', unit: 'heap in use, MiB' },
]

/** A line of the plot, a column of the table. */
export interface Series {
  readonly label: string
  readonly facts: Facts
}

export function seriesOf(measured: readonly Measurement[], contender: string): Series[] {
  const steps = variants(
    measured.filter((one) => one.contender === contender),
    'step',
  )
  if (steps.length === 0) return [{ label: contender, facts: { contender } }]
  return steps.map((step) => ({ label: `${contender}, ${step}`, facts: { contender, step } }))
}
