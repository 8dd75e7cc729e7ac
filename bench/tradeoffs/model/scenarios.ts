import type { Load } from './demand.js'

export interface Scenario {
  readonly name: string
  readonly sessions: number
  readonly requests: number
}

/** An app that has grown up, which break-evens start from. */
export const PRODUCT: Scenario = { name: 'a product with customers', sessions: 50_000, requests: 500 }

/** From one small server to the scale of the largest sites. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'one small server', sessions: 1_000, requests: 10 },
  PRODUCT,
  { name: 'a large site', sessions: 2_000_000, requests: 20_000 },
  { name: 'internet scale', sessions: 100_000_000, requests: 1_000_000 },
]

/** What a usual app does: most requests read who is there, few change anything. */
export const USUAL: Pick<Load, 'bytes' | 'read' | 'write'> = { bytes: 1024, read: 0.7, write: 0.1 }

/** The largest session that a cookie holds for certain, as JSON: `npm run bench:capacity`. */
export const LARGEST = 2890
