import { list } from '../markdown.js'
import { ABSENT, orAbsent } from '../numbers.js'
import { promises } from '../promises/all.js'
import type { Line, Promised } from '../promises/promise.js'
import type { Recordings } from '../recordings.js'

export function promisesTable(recordings: Recordings): string {
  return list(
    ['What', 'Promised', 'Measured', 'Met'],
    promises(recordings).map((one) => [one.promise, one.target, measured(one), verdict(one)]),
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
