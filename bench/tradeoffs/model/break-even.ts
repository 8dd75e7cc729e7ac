import { ASSUMED, type Assumed } from './assumptions.js'
import type { Calibration } from './calibration.js'
import { costOf, type Hosting } from './cost.js'
import type { Load } from './demand.js'
import { LARGEST } from './scenarios.js'

/** What is looked at: requests per second, sessions that are alive, bytes of JSON in each. */
export const RANGES = {
  requests: { least: 0.01, most: 1e7 },
  sessions: { least: 1, most: 1e10 },
  bytes: { least: 50, most: LARGEST },
} as const
export type Varied = keyof typeof RANGES

/** So fine that two changes between neighbours would be a curiosity. */
const PLACES = 200
const STEPS = 60

/** Where the first is cheaper: below `to`, above `from`, between them, or, with neither, everywhere. */
export interface Cheaper {
  readonly from?: number
  readonly to?: number
}

/** Where one is cheaper than the other, as one figure of the load varies; empty: nowhere. */
export function breakEven(
  [one, other]: readonly [Calibration, Calibration],
  varied: Varied,
  load: Load,
  hosting: Hosting = 'own',
  assumed: Assumed = ASSUMED,
): Cheaper[] {
  const isCheaper = (value: number) => {
    const at = { ...load, [varied]: value }
    return costOf(one, at, hosting, assumed).total <= costOf(other, at, hosting, assumed).total
  }
  const places = placesIn(RANGES[varied])
  const changes = places.slice(1).flatMap((place, before) => {
    const last = places[before] ?? place
    return isCheaper(last) === isCheaper(place) ? [] : [bisected(isCheaper, last, place)]
  })
  return rangesOf(changes, isCheaper(places[0] ?? 0))
}

/** By factors, as the ranges are wide. */
function placesIn({ least, most }: { readonly least: number; readonly most: number }): number[] {
  return Array.from({ length: PLACES + 1 }, (_, index) => least * (most / least) ** (index / PLACES))
}

function bisected(isCheaper: (value: number) => boolean, from: number, to: number): number {
  let [least, most] = [from, to]
  const atLeast = isCheaper(least)
  for (let step = 0; step < STEPS; step++) {
    const middle = Math.sqrt(least * most)
    if (isCheaper(middle) === atLeast) least = middle
    else most = middle
  }
  return Math.sqrt(least * most)
}

/** Every other one of the stretches between the changes. */
function rangesOf(changes: readonly number[], startsCheaper: boolean): Cheaper[] {
  const ends = [undefined, ...changes, undefined]
  const stretches = ends.slice(1).map((to, index): Cheaper => {
    const from = ends[index]
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  })
  return stretches.filter((_, index) => (index % 2 === 0) === startsCheaper)
}
