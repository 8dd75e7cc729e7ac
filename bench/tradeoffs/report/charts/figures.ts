import type { Facts } from '../../../report/select.js'
import type { BackendName } from '../../backend.js'
import { figure, type Metric } from '../figures.js'
import type { Results } from '../results.js'
import { bars } from './bars.js'
import { mostOf, NOT_MEASURED, type Panel, type Row } from './panel.js'
import { plansOf } from './plans.js'
import { ranges } from './ranges.js'

/** Pictures that belong together, with what is to be said of them. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What is solid, and what is hatched or at the other end. */
  readonly parts: readonly string[]
  readonly drawn: 'bars' | 'ranges'
  readonly panels: readonly { readonly title: string; readonly svg: string }[]
  readonly metrics: readonly Metric[]
  /** Of the raw results, for whoever wants to find the figures there. */
  readonly facts: string
  /** The topics that tell what it shows. */
  readonly topics: readonly string[]
}

/** Everything but the pictures. */
export type Plan = Omit<Figure, 'panels'> & {
  readonly text: (parts: readonly number[]) => string
  readonly views: readonly { readonly title: string; readonly facts: Facts; readonly metrics?: readonly Metric[] }[]
}

export function figuresOf(results: Results, names: readonly BackendName[]): Figure[] {
  return plansOf(results).flatMap((plan) => drawn(results, names, plan))
}

function drawn(results: Results, names: readonly BackendName[], { views, text, ...plan }: Plan): Figure[] {
  const rows = views.map(({ facts, metrics = plan.metrics }) =>
    names.map((name): Row => {
      const parts = metrics.flatMap((metric) => figure(results, name, metric, facts) ?? [])
      return { name, parts, text: parts.length === 0 ? NOT_MEASURED : text(parts) }
    }),
  )
  if (rows.flat().every(({ parts }) => parts.length === 0)) return []
  // The ends of a range lie on one axis, the parts of a bar after each other.
  const most = plan.drawn === 'bars' ? mostOf(rows) : Math.max(...rows.flat().flatMap(({ parts }) => parts), 0)
  const panels = views.map(({ title }, at) => {
    const panel: Panel = { id: `${plan.id}-${at + 1}`, title: `${plan.title}: ${title}`, rows: rows[at] ?? [], most }
    return { title, svg: plan.drawn === 'bars' ? bars(panel) : ranges(panel) }
  })
  return [{ ...plan, panels }]
}
