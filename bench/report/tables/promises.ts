import { list } from '../markdown.js'
import { ABSENT, orAbsent } from '../numbers.js'
import { promises } from '../promises/all.js'
import type { Line, Promised } from '../promises/promise.js'
import type { OfNode } from '../recordings.js'

export function promisesTable(everything: readonly OfNode[]): string {
  const lines = everything.map(({ recordings }) => promises(recordings))
  return list(
    ['What', 'Promised', ...everything.flatMap(({ node }) => [node, 'Met'])],
    (lines[0] ?? promises({})).map(({ promise, target }, row) => [
      promise,
      target,
      ...lines.flatMap((promises) => [promises[row]].flatMap((one) => (one ? [measured(one), verdict(one)] : []))),
    ]),
  )
}

function measured({ lines, print, meets }: Promised): string {
  const figure = ([label, value]: Line['figures'][number]): string => {
    const printed = orAbsent(value, print)
    return `${label} ${value === undefined || meets(value) ? printed : `**${printed}**`}`.trim()
  }
  const present = lines.filter(({ figures }) => figures.some(([, value]) => value !== undefined))
  if (present.length === 0) return ABSENT
  return present.map(({ label, figures }) => `${label && `${label}: `}${figures.map(figure).join(', ')}`).join('<br>')
}

function verdict({ lines, meets }: Promised): string {
  const values = lines.flatMap(({ figures }) => figures.map(([, value]) => value))
  if (values.some((value) => value !== undefined && !meets(value))) return '**no**'
  return values.length > 0 && values.every((value) => value !== undefined) ? 'yes' : 'not recorded'
}
