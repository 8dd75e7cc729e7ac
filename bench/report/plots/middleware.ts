import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { costOf, isRejection } from '../cost.js'
import { short } from '../numbers.js'
import { all, variants } from '../select.js'
import { bars } from './bars.js'

export function middlewarePlot(recording: Recording): string | undefined {
  const measured = all(recording, { metric: 'cpu' }).filter((one) => one['shape'] !== 'nested')
  const groups = variants(measured, 'step').filter((step) => !isRejection(step))
  if (groups.length === 0) return undefined
  return bars({
    title: 'A request through the middleware, with a session of 1 KB',
    unit: 'CPU of the whole request without sockets, µs',
    groups,
    contenders: contendersOf(measured),
    figureOf: (contender, step) => costOf({ ...recording, measurements: measured }, contender, { step }).request,
    print: short,
  })
}
