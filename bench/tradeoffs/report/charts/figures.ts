import type { BackendName } from '../../backend.js'
import { figure } from '../figures.js'
import type { Results } from '../results.js'
import { bars } from './bars.js'
import type { Figure, Plan } from './figure.js'
import { mostOf, NOT_MEASURED, type Panel, type Row } from './panel.js'
import { plansOf } from './plans.js'
import { ranges } from './ranges.js'

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
