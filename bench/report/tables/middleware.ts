import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { costOf, isRejection } from '../cost.js'
import { blocks, picture, table } from '../markdown.js'
import { orAbsent, short, spread, times } from '../numbers.js'
import { all, find, ratio, variants } from '../select.js'

interface Row {
  readonly step: string
  readonly shape: string | undefined
}

export function middlewareTables(recording: Recording): string {
  const rows = rowsOf(recording)
  const accepted = rows.filter(({ step }) => !isRejection(step))
  return blocks(
    picture('CPU of a request through the middleware, by what it does with its session', 'middleware'),
    'CPU of a whole request, in µs. In brackets: the quartiles.',
    requests(recording, accepted),
    'CPU on top of the same request without a middleware, in µs.',
    onTop(recording, accepted),
    'A cookie that is rejected, which is what an attacker sends: CPU of a whole request, in µs, and how it compares ' +
      'with a request whose cookie is accepted and read.',
    rejections(
      recording,
      rows.filter(({ step }) => isRejection(step)),
    ),
  )
}

function requests(recording: Recording, rows: readonly Row[]): string {
  const names = contendersOf(recording.measurements)
  const cells = rows.map(({ step, shape }) => [
    label({ step, shape }),
    ...names.map((contender) => spread(find(recording, { contender, metric: 'cpu', step, shape }))),
  ])
  return table(['', ...names], cells)
}

function onTop(recording: Recording, rows: readonly Row[]): string {
  const names = contendersOf(recording.measurements).filter((name) => name !== 'nothing')
  const cells = rows.map((row) => [
    label(row),
    ...names.map((contender) => orAbsent(costOf(recording, contender, row).added, short)),
  ])
  return table(['', ...names], cells)
}

function rejections(recording: Recording, rows: readonly Row[]): string {
  const names = contendersOf(all(recording, { metric: 'cpu' }).filter((one) => isRejection(String(one['step']))))
  const cells = rows.map(({ step, shape }) => [
    label({ step, shape }),
    ...names.flatMap((contender) => {
      const [cost, read] = [step, 'read'].map((step) => costOf(recording, contender, { step, shape }).request)
      return [
        spread(find(recording, { contender, metric: 'cpu', step, shape })),
        ...(contender === 'nothing' ? [] : [orAbsent(ratio(cost, read), times)]),
      ]
    }),
  ])
  return table(['', ...names.flatMap((name) => (name === 'nothing' ? [name] : [name, 'over read']))], cells)
}

function rowsOf(recording: Recording): Row[] {
  const measured = all(recording, { contender: 'sealed-session', metric: 'cpu' })
  return variants(measured, 'step').flatMap((step) => {
    const shapes = variants(all(recording, { contender: 'sealed-session', step }), 'shape')
    return (shapes.length === 0 ? [undefined] : shapes).map((shape) => ({ step, shape }))
  })
}

function label({ step, shape }: Row): string {
  return shape === undefined ? step : `${step}, ${shape}`
}
