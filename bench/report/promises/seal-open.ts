import { bytes } from '../numbers.js'
import type { Recordings } from '../recordings.js'
import { all, type Facts, ratio, value, variants } from '../select.js'
import { atMost, type Line, OURS, type Promised } from './promise.js'

export function overTheFloor({ 'seal-open': recording }: Recordings): Promised {
  const cost = (contender: string, facts: Facts) => value(recording, { contender, metric: 'cpu', ...facts })
  const sizes = variants<number>(all(recording, { contender: OURS }), 'size')
  const line = (step: string): Line => ({
    label: step,
    figures: sizes.map((size) => [bytes(size), ratio(cost(OURS, { step, size }), cost('floor', { step, size }))]),
  })
  return {
    promise: 'CPU of sealing and of opening, over the floor',
    ...atMost(1.4),
    lines: [line('seal'), line('open')],
  }
}
