import { ASSUMED, type Assumed } from './assumptions.js'
import type { Calibration } from './calibration.js'
import { costOf } from './cost.js'
import type { Load } from './demand.js'

/** Fewest and most requests per second that are looked at. */
const RANGE = { least: 0.01, most: 1e7 }
const STEPS = 60

/** Which of two is cheaper, and where that changes. */
export type BreakEven =
  | { readonly cheaper: 'always' | 'never' }
  /** The first is cheaper below so many requests per second, and the other above. */
  | { readonly cheaper: 'below' | 'above'; readonly requests: number }

/** Between what the first costs and what the other does, as the requests of the same sessions become more. */
export function breakEven(one: Calibration, other: Calibration, load: Load, assumed: Assumed = ASSUMED): BreakEven {
  const saved = (requests: number) =>
    costOf(other, { ...load, requests }, assumed).total - costOf(one, { ...load, requests }, assumed).total
  const [atLeast, atMost] = [saved(RANGE.least) >= 0, saved(RANGE.most) >= 0]
  if (atLeast === atMost) return { cheaper: atLeast ? 'always' : 'never' }
  let [least, most] = [RANGE.least, RANGE.most]
  for (let step = 0; step < STEPS; step++) {
    // By factors, as the range is wide.
    const middle = Math.sqrt(least * most)
    if (saved(middle) >= 0 === atLeast) least = middle
    else most = middle
  }
  return { cheaper: atLeast ? 'below' : 'above', requests: Math.sqrt(least * most) }
}
