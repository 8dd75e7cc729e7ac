import type { Recording } from '../../measure/recording.js'
import { whole } from '../../report/numbers.js'
import { DESCRIPTIONS, labelOf, OURS } from '../report/backends.js'
import type { ModelSection } from '../report/model-section.js'
import { ASSUMPTIONS } from './assumptions.js'
import { breakEven } from './break-even.js'
import { type Calibration, calibrate } from './calibration.js'
import { breakEvenChart, scaleChart } from './charts.js'
import { SCENARIOS, USUAL } from './scenarios.js'
import { breakEvenTable, scenarioTables, sensitivityTable, told } from './tables.js'

/** What the measured figures come to at scale, at stated prices. */
export function modelSection(recording: Recording): ModelSection {
  const all = compared(recording)
  const ours = all.find(({ name }) => name === OURS)
  const stores = all.filter(({ hasStore }) => hasStore)
  const [store] = stores
  const [, product, large] = SCENARIOS
  if (ours === undefined || product === undefined || large === undefined) return nothing()
  const load = { sessions: large.sessions, ...USUAL }
  const chart = breakEvenChart(ours, stores, { sessions: product.sessions, read: USUAL.read, write: USUAL.write })
  return {
    paragraphs: [INTRODUCTION, ...stores.map((of) => verdict(ours, of)), LEFT_OUT],
    svgs: [scaleChart(all, 1), scaleChart(all, 2), ...(chart ? [chart] : [])],
    tables: [
      ...scenarioTables(all),
      ...(stores.length > 0 ? [breakEvenTable(ours, stores, load)] : []),
      ...(store ? [sensitivityTable(ours, store, { ...load, requests: large.requests, http: 1 })] : []),
    ],
    assumptions: Object.values(ASSUMPTIONS).map(({ name, value, unit, source }) => ({
      name,
      value: `${value} ${unit}`.trim(),
      source,
    })),
  }
}

/** Memory of the app is left out: it keeps sessions for one process, which is no choice at scale. */
export function compared(recording: Recording): Calibration[] {
  return calibrate(recording).filter(({ name }) => DESCRIPTIONS[name].place !== 'app')
}

const INTRODUCTION =
  `An app with sessions of ${whole(USUAL.bytes)} bytes, of whose requests ${USUAL.read * 100}% read the session and ` +
  `${USUAL.write * 100}% change it. CPU, bytes and memory are the measured medians, with everything that Express does ` +
  'for a request; sizes between those measured are interpolated. With HTTP/2, browsers send an unchanged cookie once for ' +
  'each connection, as long as it fits the 4 KB that HPACK remembers. Other figures: `npm run bench:model -- --sessions 50000 --requests 500 --bytes 800`.'

const LEFT_OUT =
  'The model does not know what it costs to run a store, to be woken when it is down, or to wait for it; that the app may ' +
  'have a store for other things, whose smallest servers then cost nothing more; discounts; or what slow uplinks cost your ' +
  'users. A managed store costs more than the cores and memory that it is counted with here.'

/** `Beside Redis, with 50,000 sessions: the cookie is cheaper below 911/s with HTTP/1.1, at any rate with HTTP/2.` */
function verdict(ours: Calibration, store: Calibration): string {
  const load = { sessions: SCENARIOS[1]?.sessions ?? 0, requests: 0, ...USUAL }
  const [first = '', second = ''] = ([1, 2] as const).map((http) => told(breakEven(ours, store, { ...load, http })))
  const both =
    first === second ? `${first}, with HTTP/1.1 as with HTTP/2` : `${first} with HTTP/1.1; ${second} with HTTP/2`
  return `Beside ${labelOf(store.name)}, with ${whole(load.sessions)} sessions: ${both}.`
}

function nothing(): ModelSection {
  return { paragraphs: ['There are no figures to compute with.'], svgs: [], tables: [], assumptions: [] }
}
