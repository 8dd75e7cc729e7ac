import { bytes } from '../numbers.js'
import type { Recordings } from '../recordings.js'
import { all, value } from '../select.js'
import { OURS, type Promised } from './promise.js'

export function capacity({ capacity }: Recordings): Promised {
  const theirs = value(capacity, { contender: 'iron-session', metric: 'capacity' }) ?? Number.NaN
  const figures = all(capacity, { contender: OURS, metric: 'capacity' }).map(({ contender, name, limit }) => {
    const label = limit === undefined ? `\`${name}\`` : `\`${name}\` with a limit of ${bytes(Number(limit))}`
    return [label, value(capacity, { contender, name, limit })] as const
  })
  return {
    promise: "The largest session's JSON",
    target: `above iron-session's, ${bytes(theirs)}`,
    meets: (value) => value > theirs,
    print: bytes,
    lines: [{ label: '', figures }],
  }
}
