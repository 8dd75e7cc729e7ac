import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { all, value, variants } from '../select.js'
import { bars } from './bars.js'

export function httpPlot(recording: Recording): string | undefined {
  const facts = { express: 5, metric: 'requests' }
  const measured = all(recording, facts)
  if (measured.length === 0) return undefined
  return bars({
    title: 'HTTP requests per second, Express 5',
    unit: 'thousands of requests a second with a session of 1 KB; more is better',
    groups: variants(measured, 'step'),
    contenders: contendersOf(measured),
    figureOf: (contender, step) => value(recording, { contender, step, ...facts }),
    print: (requests) => (requests / 1000).toFixed(1),
    tick: (requests) => String(requests / 1000),
  })
}
