import type { Recordings } from '../recordings.js'
import { all, ratio, value, variants } from '../select.js'
import { atLeast, OURS, type Promised } from './promise.js'

export function throughput({ http }: Recordings, beside: string, target: number, promise: string): Promised {
  const requests = (contender: string, express: unknown) =>
    value(http, { contender, express, step: 'read', metric: 'requests' })
  const figures = variants<number>(all(http, { contender: OURS }), 'express').map(
    (express) => [`Express ${express}`, ratio(requests(OURS, express), requests(beside, express))] as const,
  )
  return { promise, ...atLeast(target), lines: [{ label: '', figures }] }
}
