import type { Recordings } from '../recordings.js'
import { ratio, value } from '../select.js'
import { atMost, OURS, type Promised } from './promise.js'

export function imported({ cold }: Recordings): Promised {
  const over = (metric: string) =>
    ratio(value(cold, { contender: OURS, metric }), value(cold, { contender: 'cookie-session', metric }))
  const figures = [
    ['alone', over('import')],
    ['beside Express', over('importBesideExpress')],
  ] as const
  return { promise: "Time of the import, over cookie-session's", ...atMost(1), lines: [{ label: '', figures }] }
}
