import { STEPS, type Step } from '../contenders/servers.js'
import { short, whole } from '../measure/print.js'
import type { Facts } from '../measure/samples.js'
import { type Html, html } from '../playground/page/html.js'
import { BACKENDS, type BackendName } from '../tradeoffs/outcome.js'
import {
  figures,
  labelOf,
  METRICS,
  type Metric,
  NOT_MEASURED,
  OURS,
  placeOf,
  sizeName,
  sorted,
  total,
  usualSize,
} from './backends.js'
import type { Results } from './recordings.js'

/** A small picture: a bar for each backend. */
export interface Panel {
  readonly title: string
  readonly rows: readonly Row[]
}

/** A bar put together of its parts, none where it was not measured, and a text beside it. */
interface Row {
  readonly name: BackendName
  readonly parts: readonly number[]
  readonly text: string
}

/** Several panels, beside each other or below, as there is room. They are to be compared: one axis fits all. */
export function drawn(id: string, panels: readonly Panel[]): Html {
  const most = Math.max(0, ...panels.flatMap(({ rows }) => rows.map(({ parts }) => total(parts)))) || 1
  return html`<div class="panels">
${panels.map(({ title, rows }, at) => {
  const svg = bars(id, at + 1, title, rows, most)
  return html`<div class="panel"><p class="panel-title">${title}</p>${svg}</div>`
})}
</div>`
}

/** In units of the drawing, which is as wide as its panel: the names of the rows, and the longest bar. */
const [ROW, NAMES, LONGEST] = [23, 108, 162]

/** Colour says where the session is kept, and a pattern what is the second part of a bar. */
function bars(chart: string, number: number, title: string, rows: readonly Row[], most: number): Html {
  const id = `${chart}-${number}`
  const described = rows.map(({ name, text }) => `${labelOf(name)}: ${text}`).join('; ')
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 352 ${ROW * rows.length}" font-size="12" role="img" aria-labelledby="${chart} ${id}-title" aria-describedby="${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${described}.</desc>
<pattern id="${id}-hatch" width="3.5" height="3.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.7" height="4" fill="var(--card)"/></pattern>
${rows.map((row, at) => bar(row, at * ROW, most, `${id}-hatch`))}<path d="M${NAMES} 0v${ROW * rows.length}" stroke="var(--line)"/></svg>`
}

function bar({ name, parts, text }: Row, top: number, most: number, hatch: string): Html {
  const [first = 0, second = 0] = parts.map((part) => (Math.max(0, part) / most) * LONGEST)
  const colour = `var(--${placeOf(name)})`
  const rect = (from: number, width: number, fill: string) =>
    width > 0 &&
    html`<rect x="${from.toFixed(1)}" y="${top + 5}" width="${width.toFixed(1)}" height="13" fill="${fill}" stroke="${colour}"/>`
  const end = NAMES + first + second
  const beside = parts.length === 0 ? html`fill="var(--quiet)" font-style="italic"` : html`fill="var(--ink)"`
  return html`<text x="${NAMES - 8}" y="${top + 16}" text-anchor="end" fill="var(--ink)"${name === OURS && html` font-weight="700"`}>${labelOf(name)}</text>${rect(NAMES, first, colour)}${rect(NAMES + first, second, colour)}${rect(NAMES + first, second, `url(#${hatch})`)}<text x="${(end + 5).toFixed(1)}" y="${top + 16}" ${beside}>${text}</text>
`
}

/** What a chart of the page shows. */
export interface Chart {
  readonly id: string
  readonly views: readonly { readonly title: string; readonly metrics: readonly Metric[]; readonly facts: Facts }[]
}

const STEP_NAMES: Readonly<Record<Step, string>> = {
  untouched: 'The session is not used',
  read: 'The session is read',
  write: 'The session is changed',
}

/** The charts of what was measured. Their titles, and what is to be known of them, are in the page. */
export function chartsOf(results: Results): Chart[] {
  const size = usualSize(results)
  const bySteps = (id: string, ...metrics: Metric[]): Chart => {
    return { id, views: STEPS.map((step) => ({ title: STEP_NAMES[step], metrics, facts: { step, size } })) }
  }
  const wire = (id: string, step: Step): Chart => {
    const views = (http: string, ...metrics: Metric[]) =>
      sorted(results, 'size').map((size) => {
        return { title: `${http}, ${sizeName(size)} of session`, metrics, facts: { step, size } }
      })
    return { id, views: [...views('HTTP/1.1', 'bytesUp', 'bytesDown'), ...views('HTTP/2', 'h2Up', 'h2Down')] }
  }
  const memory = sorted(results, 'sessions').map((sessions) => {
    const metrics: Metric[] = ['memoryApp', 'memoryStore']
    return { title: `${whole(sessions)} sessions`, metrics, facts: { sessions } }
  })
  return [
    bySteps('requests', 'requests'),
    bySteps('latency', 'p50', 'p99'),
    bySteps('cpu', 'cpuApp', 'cpuStore'),
    wire('wire-read', 'read'),
    wire('wire-write', 'write'),
    { id: 'memory', views: memory },
    { id: 'first-answer', views: [{ title: 'One process', metrics: ['firstAnswer'], facts: {} }] },
  ]
}

export function panelsOf(results: Results, { views }: Chart): Panel[] {
  return views.map(({ title, metrics, facts }) => {
    const rows = BACKENDS.map((name) => rowOf(name, metrics, figures(results, name, metrics, facts)))
    return { title, rows }
  })
}

function rowOf(name: BackendName, [metric = 'requests']: readonly Metric[], parts: readonly number[]): Row {
  const [, print] = METRICS[metric]
  const [first = 0, second = 0] = parts
  if (parts.length === 0) return { name, parts, text: NOT_MEASURED }
  // One lies within the other, where two parts are not added.
  if (metric === 'p50') return { name, parts: [first, second - first], text: `${short(first)} / ${print(second)}` }
  return { name, parts, text: print(total(parts)) }
}
