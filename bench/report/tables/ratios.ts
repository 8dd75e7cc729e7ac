import { costOf } from '../cost.js'
import { machinesOf } from '../machines.js'
import { blocks, table } from '../markdown.js'
import { ABSENT, bytes, micros, millis, type Print, times, whole } from '../numbers.js'
import type { OfNode, Recordings } from '../recordings.js'
import { value } from '../select.js'
import { dayOf } from './parts.js'

interface Row {
  readonly label: string
  readonly print: Print
  /** Whether a comparison as a ratio says something: not where all are about nothing. */
  readonly compared: boolean
  readonly of: (contender: string) => number | undefined
}

const OURS = 'sealed-session'
const COLUMNS = [OURS, 'cookie-session', 'express-session', 'iron-session']

/** The main figures, for the README of the project. */
export function ratiosTable(everything: readonly OfNode[]): string {
  const [newest] = everything
  if (newest === undefined) return 'The benchmarks have not been recorded yet.'
  const rows = [...rowsOf(newest.recordings), ...everything.map(httpRow)].map((row) => [
    row.label,
    ...COLUMNS.map((contender) => cell(row, contender)),
  ])
  return blocks(table(['a session of 1 KB', ...COLUMNS], rows), provenance(everything))
}

function rowsOf({ middleware, cold, capacity }: Recordings): Row[] {
  // express-session answers in a later turn of the event loop, which costs more than all that it does.
  const added = (step: string) => (contender: string) =>
    contender === 'express-session' ? undefined : costOf(middleware, contender, { step, shape: 'nested' }).added
  return [
    { label: 'CPU to read it', print: micros, compared: true, of: added('read') },
    { label: 'CPU to write it', print: micros, compared: true, of: added('write') },
    { label: 'CPU of a request that does not touch it', print: micros, compared: false, of: added('untouched') },
    {
      label: 'import',
      print: millis,
      compared: true,
      of: (contender) => value(cold, { contender, metric: 'import' }),
    },
    {
      label: 'largest session, as JSON',
      print: bytes,
      compared: false,
      of: (contender) => value(capacity, { contender, name: 'session', metric: 'capacity' }),
    },
  ]
}

function httpRow({ node, recordings: { http } }: OfNode): Row {
  const read = { express: 5, step: 'read', metric: 'requests' }
  return {
    label: `HTTP requests per second that read it, ${node}`,
    print: whole,
    compared: true,
    of: (contender) => value(http, { contender, ...read }),
  }
}

function cell({ of, print, compared }: Row, contender: string): string {
  const [value, ours] = [of(contender), of(OURS)]
  if (value === undefined) return ABSENT
  if (contender === OURS || ours === undefined || !compared) return print(value)
  return `${print(value)} (${times(value / ours)})`
}

function provenance(everything: readonly OfNode[]): string {
  const recorded = everything.flatMap(({ recordings }) => Object.values(recordings))
  const nodes = distinct(recorded.map(({ machine }) => `Node ${machine['node']}`))
  const days = distinct(recorded.map(({ date }) => dayOf(date)).sort())
  return (
    `CPU is what the middleware adds to a request, and × is over sealed-session's. Where no Node is named, it is the newest. ` +
    `${machinesOf(everything).join('; ')}; ${nodes}; ${days}. ` +
    '`npm run bench` reproduces it, and the report in `bench/README.md` has the rest.'
  )
}

function distinct(values: readonly string[]): string {
  return [...new Set(values)].join(', ')
}
