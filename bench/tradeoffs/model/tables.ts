import { short, whole } from '../../report/numbers.js'
import { labelOf } from '../report/backends.js'
import type { ModelSection } from '../report/model-section.js'
import { breakEven, type Cheaper, RANGES, type Varied } from './break-even.js'
import type { Calibration, Http } from './calibration.js'
import { costOf, HOSTINGS, type Hosting } from './cost.js'
import { demandOf, type Load } from './demand.js'
import { amount, bandwidth, dollars, gigabytes, rate } from './money.js'
import { SCENARIOS, USUAL } from './scenarios.js'

export type Table = ModelSection['tables'][number]
/** Without the version of HTTP, as all are compared with both. */
export type AnyLoad = Omit<Load, 'http'>

export const VERSIONS: readonly Http[] = [1, 2]

export function httpName(http: Http): string {
  return http === 1 ? 'HTTP/1.1' : 'HTTP/2'
}

const PRINT: Readonly<Record<Varied, (value: number) => string>> = {
  requests: (value) => `${rate(value)}/s`,
  sessions: amount,
  bytes: (value) => `${whole(value)} B`,
}
const VARIED = { requests: 'requests', sessions: 'sessions alive', bytes: 'size of the session' } as const

/** What a load takes with each. */
export function loadTable(all: readonly Calibration[], load: AnyLoad, name: string): Table {
  return {
    caption: `${name}: ${inWords(load)}; average traffic over HTTP/1.1 and HTTP/2, busy cores, memory of one copy`,
    head: ['', 'up, HTTP/1.1', 'down', 'up, HTTP/2', 'down', 'app', 'store', 'memory', 'operations'],
    rows: all.map((of) => {
      const [first, second] = [demandOf(of, { ...load, http: 1 }), demandOf(of, { ...load, http: 2 })]
      return [
        labelOf(of.name),
        ...[first.up, first.down, second.up, second.down].map(bandwidth),
        `${short(first.appCores)} cores`,
        of.hasStore ? `${short(first.storeCores)} cores` : 'none',
        of.hasStore ? gigabytes(first.memory) : 'none',
        of.hasStore ? `${rate(first.operations)}/s` : 'none',
      ]
    }),
  }
}

export function scenarioTables(all: readonly Calibration[]): Table[] {
  return SCENARIOS.map(({ name, sessions, requests }) => loadTable(all, { sessions, requests, ...USUAL }, name))
}

/** US dollars a month, of each and of each way to run a store. */
export function costTable(
  all: readonly Calibration[],
  columns: readonly { readonly name: string; readonly load: Load }[],
  caption: string,
): Table {
  return {
    caption,
    head: ['', ...columns.map(({ name }) => name)],
    rows: waysOf(all).map(({ of, hosting, name }) => [
      name,
      ...columns.map(({ load }) => dollars(costOf(of, load, hosting).total)),
    ]),
  }
}

export function scenarioCosts(all: readonly Calibration[]): Table[] {
  return VERSIONS.map((http) =>
    costTable(
      all,
      SCENARIOS.map(({ name, sessions, requests }) => ({ name, load: { sessions, requests, http, ...USUAL } })),
      `Cost a month in US dollars, of three digits, over ${httpName(http)}`,
    ),
  )
}

/** Where the cookie is cheaper than each way to run each store, as one figure of the load varies. */
export function breakEvenTables(ours: Calibration, stores: readonly Calibration[], load: AnyLoad): Table[] {
  const figures = Object.keys(RANGES) as Varied[]
  return VERSIONS.map((http) => ({
    caption: `Where ${labelOf(ours.name)} is cheaper over ${httpName(http)}, when one figure varies and the others stay: ${inWords(load)}`,
    head: ['beside', ...figures.map((varied) => VARIED[varied])],
    rows: waysOf(stores).map(({ of, hosting, name }) => [
      name,
      ...figures.map((varied) => told(breakEven([ours, of], varied, { ...load, http }, hosting), varied)),
    ]),
  }))
}

/** `below 310/s`, `everywhere` */
export function told(ranges: readonly Cheaper[], varied: Varied): string {
  const print = PRINT[varied]
  const texts = ranges.map(({ from, to }) => {
    if (from === undefined) return to === undefined ? 'everywhere' : `below ${print(to)}`
    return to === undefined ? `above ${print(from)}` : `from ${print(from)} to ${print(to)}`
  })
  return texts.length === 0 ? 'nowhere' : texts.join(', ')
}

/** `50,000 sessions of 1,024 bytes, 500 requests a second, of which 70% read it and 10% change it` */
export function inWords({ sessions, requests, bytes, read, write }: AnyLoad): string {
  const percent = (value: number) => `${Number((value * 100).toFixed(1))}%`
  return `${whole(sessions)} sessions of ${whole(bytes)} bytes, ${rate(requests)} requests a second, ${percent(read)} of them reading the session and ${percent(write)} changing it`
}

interface Way {
  readonly of: Calibration
  readonly hosting: Hosting
  readonly name: string
}

function waysOf(all: readonly Calibration[]): Way[] {
  const hostings = Object.keys(HOSTINGS) as Hosting[]
  return all.flatMap((of): Way[] =>
    of.hasStore
      ? hostings.map((hosting) => ({ of, hosting, name: `${labelOf(of.name)}, ${HOSTINGS[hosting]}` }))
      : [{ of, hosting: 'own', name: labelOf(of.name) }],
  )
}
