import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { GROWTHS, type Growth, seriesOf } from '../growths.js'
import { blocks, picture, table } from '../markdown.js'
import { spread, whole } from '../numbers.js'
import { all, find, variants } from '../select.js'

export function growthTables(recording: Recording): string {
  return blocks(
    ...GROWTHS.filter(({ by }) => all(recording, { by }).length > 0).flatMap((growth) => [
      `### By ${growth.axis}`,
      picture(growth.title, `growth-${growth.by}`),
      `${growth.unit}. In brackets: the quartiles.`,
      tableOf(recording, growth),
    ]),
  )
}

function tableOf(recording: Recording, { by, axis }: Growth): string {
  const measured = all(recording, { by })
  const series = contendersOf(measured).flatMap((contender) => seriesOf(measured, contender))
  const rows = variants<number>(measured, 'value')
    .sort((a, b) => a - b)
    .map((value) => [whole(value), ...series.map(({ facts }) => spread(find(recording, { ...facts, by, value })))])
  return table([axis, ...series.map(({ label }) => label)], rows)
}
