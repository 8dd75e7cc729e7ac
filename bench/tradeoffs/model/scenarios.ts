import type { Load } from './demand.js'

/** From one small server to the scale of the largest sites. */
export const SCENARIOS: readonly { readonly name: string; readonly sessions: number; readonly requests: number }[] = [
  { name: 'one small server', sessions: 1_000, requests: 10 },
  { name: 'a product with customers', sessions: 50_000, requests: 500 },
  { name: 'a large site', sessions: 2_000_000, requests: 20_000 },
  { name: 'internet scale', sessions: 100_000_000, requests: 1_000_000 },
]

/** What a usual app does: most requests read who is there, few change anything. */
export const USUAL: Pick<Load, 'bytes' | 'read' | 'write'> = { bytes: 1024, read: 0.7, write: 0.1 }
