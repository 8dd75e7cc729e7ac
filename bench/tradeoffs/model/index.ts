import { OURS } from '../report/backends.js'
import type { ModelSection } from '../report/model-section.js'
import type { Results } from '../results-file.js'
import { ASSUMPTIONS, amountOf } from './assumptions.js'
import { type Calibration, calibrate } from './calibration.js'
import { breakEvenChart, scaleChart } from './charts.js'
import { costOf } from './cost.js'
import type { Load } from './demand.js'
import { paragraphs } from './paragraphs.js'
import { PRODUCT, USUAL } from './scenarios.js'
import { sensitivityTable } from './sensitivity.js'
import { breakEvenTables, scenarioCosts, scenarioTables, VERSIONS } from './tables.js'

/** What the measured figures come to at scale, at stated prices. */
export function modelSection(results: Results): ModelSection {
  const all = calibrate(results)
  const ours = all.find(({ name }) => name === OURS)
  if (ours === undefined) return nothing()
  const stores = all.filter(({ hasStore }) => hasStore)
  const load = { sessions: PRODUCT.sessions, requests: PRODUCT.requests, ...USUAL }
  const store = cheapest(stores, { ...load, http: 1 })
  return {
    paragraphs: paragraphs(all, ours, store),
    svgs: [
      ...VERSIONS.map((http) => scaleChart(all, http)),
      ...VERSIONS.flatMap((http) => breakEvenChart(ours, stores, http) ?? []),
    ],
    tables: [
      ...scenarioCosts(all),
      ...(store ? breakEvenTables(ours, stores, load) : []),
      ...(store ? VERSIONS.map((http) => sensitivityTable(ours, store, { ...load, http })) : []),
      ...scenarioTables(all),
    ],
    assumptions: Object.values(ASSUMPTIONS).map((one) => ({
      name: one.name,
      value: amountOf(one),
      source: one.source,
    })),
  }
}

/** The store that is the hardest to compare with. */
function cheapest(stores: readonly Calibration[], load: Load): Calibration | undefined {
  return [...stores].sort((a, b) => costOf(a, load).total - costOf(b, load).total)[0]
}

function nothing(): ModelSection {
  return { paragraphs: ['There are no figures to compute with.'], svgs: [], tables: [], assumptions: [] }
}
