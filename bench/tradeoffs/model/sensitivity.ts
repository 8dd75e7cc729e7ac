import { labelOf } from '../report/backends.js'
import { ASSUMED, ASSUMPTIONS, type Assumed, type Assumption } from './assumptions.js'
import { breakEven, type Cheaper, RANGES } from './break-even.js'
import type { Calibration } from './calibration.js'
import type { Load } from './demand.js'
import { httpName, type Table, told } from './tables.js'

const SHOWN = 8

/** What becomes of the break-even in requests when one assumption is halved or doubled. */
interface Moved {
  readonly name: string
  readonly halved: readonly Cheaper[]
  readonly doubled: readonly Cheaper[]
}

/** The assumptions that move the break-even, the ones that move it most first. */
export function movesOf(ours: Calibration, store: Calibration, load: Load): Moved[] {
  const withThe = (assumed: Assumed) => breakEven([ours, store], 'requests', load, 'own', assumed)
  const now = withThe(ASSUMED)
  return (Object.entries(ASSUMPTIONS) as [keyof Assumed, Assumption][])
    .map(([key, { name, value, unit }]) => {
      const doubled = unit === 'share' ? Math.min(1, value * 2) : value * 2
      const [less, more] = [value / 2, doubled].map((changed) => withThe({ ...ASSUMED, [key]: changed }))
      return { name, halved: less ?? now, doubled: more ?? now }
    })
    .map((move) => ({ ...move, far: Math.max(distance(now, move.halved), distance(now, move.doubled)) }))
    .filter(({ far }) => far > 0)
    .sort((a, b) => b.far - a.far)
}

export function sensitivityTable(ours: Calibration, store: Calibration, load: Load): Table {
  const now = breakEven([ours, store], 'requests', load)
  return {
    caption: `What the break-even with ${labelOf(store.name)} depends on, over ${httpName(load.http)}: ${labelOf(ours.name)} is cheaper ${told(now, 'requests')}`,
    head: ['assumption', 'when it is halved', 'when it is doubled, a share to 1 at most'],
    rows: movesOf(ours, store, load)
      .slice(0, SHOWN)
      .map(({ name, halved, doubled }) => [name, told(halved, 'requests'), told(doubled, 'requests')]),
  }
}

/** By how many factors of ten; one that appears or is gone has gone to the end of what is looked at. */
function distance(one: readonly Cheaper[], other: readonly Cheaper[]): number {
  return Math.abs(Math.log10(placeOf(one)) - Math.log10(placeOf(other)))
}

function placeOf([first]: readonly Cheaper[]): number {
  if (first === undefined) return RANGES.requests.least
  return first.to ?? first.from ?? RANGES.requests.most
}
