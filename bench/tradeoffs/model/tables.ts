import { short, whole } from '../../report/numbers.js'
import { labelOf } from '../report/backends.js'
import type { ModelSection } from '../report/model-section.js'
import { ASSUMED, ASSUMPTIONS, type Assumed } from './assumptions.js'
import { type BreakEven, breakEven } from './break-even.js'
import type { Calibration, Http } from './calibration.js'
import { costOf } from './cost.js'
import { demandOf, type Load } from './demand.js'
import { bandwidth, dollars, gigabytes, rate } from './money.js'
import { SCENARIOS, USUAL } from './scenarios.js'

export type Table = ModelSection['tables'][number]

const VERSIONS: readonly Http[] = [1, 2]

/** What a load takes and costs with each. */
export function loadTable(all: readonly Calibration[], load: Omit<Load, 'http'>, caption: string): Table {
  return {
    caption,
    head: ['', 'up', 'down', 'app', 'store', 'memory', 'operations', 'HTTP/1.1', 'HTTP/2'],
    rows: all.map((of) => {
      const demand = demandOf(of, { ...load, http: 1 })
      const { up, down, appCores, storeCores, memory, operations } = demand
      return [
        labelOf(of.name),
        bandwidth(up),
        bandwidth(down),
        `${short(appCores)} cores`,
        of.hasStore ? `${short(storeCores)} cores` : 'none',
        memory === 0 ? 'none' : gigabytes(memory),
        operations === 0 ? 'none' : `${rate(operations)}/s`,
        ...VERSIONS.map((http) => dollars(costOf(of, { ...load, http }).total)),
      ]
    }),
  }
}

export function scenarioTables(all: readonly Calibration[]): Table[] {
  return SCENARIOS.map(({ name, sessions, requests }) =>
    loadTable(
      all,
      { sessions, requests, ...USUAL },
      `${name}: ${whole(sessions)} sessions, ${whole(requests)} requests a second; average traffic over HTTP/1.1, busy cores, memory of one copy, and cost a month`,
    ),
  )
}

/** For the cookie that the store is compared with. */
export function breakEvenTable(
  ours: Calibration,
  stores: readonly Calibration[],
  load: Omit<Load, 'http' | 'requests'>,
): Table {
  return {
    caption: `Where ${labelOf(ours.name)} and a store cost the same: requests a second, with ${whole(load.sessions)} sessions of ${whole(load.bytes)} bytes`,
    head: ['beside', 'HTTP/1.1', 'HTTP/2'],
    rows: stores.map((store) => [
      labelOf(store.name),
      ...VERSIONS.map((http) => told(breakEven(ours, store, { ...load, requests: 0, http }))),
    ]),
  }
}

export function told(found: BreakEven): string {
  switch (found.cheaper) {
    case 'always':
      return 'the cookie is cheaper at any rate'
    case 'never':
      return 'the store is cheaper at any rate'
    case 'below':
      return `the cookie is cheaper below ${rate(found.requests)}/s`
    case 'above':
      return `the cookie is cheaper above ${rate(found.requests)}/s`
  }
}

/** What becomes of the difference between two when one assumption is doubled: the ones that matter most come first. */
export function sensitivityTable(ours: Calibration, store: Calibration, load: Load): Table {
  const difference = (assumed: Assumed) => costOf(store, load, assumed).total - costOf(ours, load, assumed).total
  const now = difference(ASSUMED)
  const rows = (Object.keys(ASSUMPTIONS) as (keyof Assumed)[])
    .map((key) => ({ key, change: difference({ ...ASSUMED, [key]: ASSUMED[key] * 2 }) - now }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, 6)
  return {
    caption: `What ${labelOf(store.name)} costs more a month than ${labelOf(ours.name)}, when one assumption is doubled: ${signed(now)} as it is, ${whole(load.requests)} requests a second over HTTP/${load.http === 1 ? '1.1' : '2'}`,
    head: ['assumption', 'when it is doubled'],
    rows: rows.map(({ key, change }) => [ASSUMPTIONS[key].name, signed(now + change)]),
  }
}

function signed(value: number): string {
  return value < 0 ? `−${dollars(-value)}` : dollars(value)
}
