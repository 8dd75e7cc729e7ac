import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { table } from '../markdown.js'
import { type Print, short, spread, whole } from '../numbers.js'
import { all, type Facts, find, variants } from '../select.js'

const METRICS: readonly { readonly metric: string; readonly head: string; readonly print?: Print }[] = [
  { metric: 'import', head: 'import, ms' },
  { metric: 'importBesideExpress', head: 'import beside Express, ms' },
  { metric: 'process', head: 'process that only imports, ms' },
  { metric: 'firstResponse', head: 'first response, ms' },
  { metric: 'files', head: 'files loaded', print: whole },
]

interface Column {
  readonly facts: Facts
  readonly head: string
  readonly print: Print
}

export function coldTable(recording: Recording): string {
  const columns = columnsOf(recording)
  const rows = contendersOf(recording.measurements).map((contender) => [
    contender,
    ...columns.map(({ facts, print }) => spread(find(recording, { contender, ...facts }), print)),
  ])
  return table(['', ...columns.map(({ head }) => head)], rows)
}

function columnsOf(recording: Recording): Column[] {
  return METRICS.flatMap(({ metric, head, print = short }) => {
    const measured = all(recording, { metric })
    const steps = variants(measured, 'step')
    if (steps.length > 0) {
      return steps.map((step) => ({ facts: { metric, step }, head: head.replace(',', ` (${step}),`), print }))
    }
    return measured.length > 0 ? [{ facts: { metric }, head, print }] : []
  })
}
