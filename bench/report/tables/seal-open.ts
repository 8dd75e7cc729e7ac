import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { blocks, picture, table } from '../markdown.js'
import { orAbsent, short, spread, times } from '../numbers.js'
import { all, find, ratio, value, variants } from '../select.js'

export function sealOpenTables(recording: Recording): string {
  const sizes = variants<number>(recording.measurements, 'size')
  return blocks(
    picture('CPU of sealing and opening a session of 1 KB', 'seal-open'),
    ...sizes.flatMap((size) => [
      `A session of ${size} bytes of JSON, in µs. In brackets: the quartiles.`,
      tableOfSize(recording, size),
    ]),
  )
}

function tableOfSize(recording: Recording, size: number): string {
  const floor = sealAndOpen(recording, 'floor', size)
  const rows = contendersOf(all(recording, { size })).map((contender) => {
    const cell = (step: string, metric: string) => spread(find(recording, { contender, size, step, metric }))
    const both = sealAndOpen(recording, contender, size)
    return [
      contender,
      ...['seal', 'open'].flatMap((step) => [cell(step, 'cpu'), cell(step, 'wall')]),
      orAbsent(both, short),
      orAbsent(ratio(both, floor), times),
    ]
  })
  const head = ['', 'seal, CPU', 'seal, elapsed', 'open, CPU', 'open, elapsed', 'seal + open, CPU', 'over the floor']
  return table(head, rows)
}

/** CPU of both, in microseconds. */
export function sealAndOpen(recording: Recording, contender: string, size: number): number | undefined {
  const [seal, open] = ['seal', 'open'].map((step) => value(recording, { contender, size, step, metric: 'cpu' }))
  return seal === undefined || open === undefined ? undefined : seal + open
}
