import { STEPS, type Step } from '../contenders/servers.js'
import { short, whole } from '../measure/print.js'
import type { Facts } from '../measure/samples.js'
import { type Html, html } from '../playground/page/html.js'
import { BACKENDS, type BackendName, type Metric } from '../tradeoffs/outcome.js'
import {
  amountsIn,
  DESCRIPTIONS,
  figures,
  labelOf,
  METRIC,
  OURS,
  sizeName,
  sizesIn,
  total,
  usualSize,
} from './backends.js'
import type { Results } from './recordings.js'

/** Pictures that belong together, with what they show. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What is solid and what is hatched, where a bar has two parts. */
  readonly parts: readonly string[]
  readonly panels: readonly { readonly title: string; readonly svg: Html }[]
}

/** One line of a panel: a bar put together of its parts, none where it was not measured, and a text beside it. */
export interface Row {
  readonly name: BackendName
  readonly parts: readonly number[]
  readonly text: string
}

export const NOT_MEASURED = 'not measured here'

/** Several small pictures, beside each other or below, as there is room. They are to be compared: one axis fits all. */
export function figureOf(
  about: Omit<Figure, 'panels'>,
  views: readonly { readonly title: string; readonly rows: readonly Row[] }[],
): Figure {
  const most = Math.max(0, ...views.flatMap(({ rows }) => rows.map(({ parts }) => total(parts)))) || 1
  const panels = views.map(({ title, rows }, at) => ({
    title,
    svg: bars(`${about.id}-${at + 1}`, `${about.title}: ${title}`, rows, most),
  }))
  return { ...about, panels }
}

/** In units of the drawing, which is as wide as its panel: the names of the rows, and the longest bar. */
const [ROW, NAMES, LONGEST] = [23, 108, 162]

/** Colour says where the session is kept, and a pattern what is the second part of a bar. */
function bars(id: string, title: string, rows: readonly Row[], most: number): Html {
  const described = rows.map(({ name, text }) => `${labelOf(name)}: ${text}`).join('; ')
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 352 ${ROW * rows.length}" font-size="12" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${described}.</desc>
<pattern id="${id}-hatch" width="3.5" height="3.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.7" height="4" fill="var(--card)"/></pattern>
${rows.map((row, at) => bar(row, at * ROW, most, `${id}-hatch`))}<path d="M${NAMES} 0v${ROW * rows.length}" stroke="var(--line)"/></svg>`
}

function bar({ name, parts, text }: Row, top: number, most: number, hatch: string): Html {
  const [first = 0, second = 0] = parts.map((part) => (Math.max(0, part) / most) * LONGEST)
  const rect = (from: number, width: number, fill: string) =>
    width > 0 &&
    html`<rect x="${from.toFixed(1)}" y="${top + 5}" width="${width.toFixed(1)}" height="13" fill="${fill}" stroke="${colour}"/>`
  const colour = `var(--${DESCRIPTIONS[name].place})`
  const end = NAMES + first + second
  const beside = parts.length === 0 ? html`fill="var(--quiet)" font-style="italic"` : html`fill="var(--ink)"`
  return html`<text x="${NAMES - 8}" y="${top + 16}" text-anchor="end" fill="var(--ink)"${name === OURS && html` font-weight="700"`}>${labelOf(name)}</text>${rect(NAMES, first, colour)}${rect(NAMES + first, second, colour)}${rect(NAMES + first, second, `url(#${hatch})`)}<text x="${(end + 5).toFixed(1)}" y="${top + 16}" ${beside}>${text}</text>
`
}

/** What is solid and what is hatched in a bar. */
export const APP_STORE = ['app', 'store; the figure is both together']
export const UP_DOWN = ['up', 'down; the figure is both together']
const PARTS: Readonly<Partial<Record<Metric, readonly string[]>>> = {
  p50: ['up to p50', 'up to p99'],
  cpuApp: APP_STORE,
  memoryApp: APP_STORE,
  bytesUp: UP_DOWN,
}

/** What was measured, as figures, and where in the raw results it is. */
export interface MeasuredFigure extends Figure {
  readonly metrics: readonly Metric[]
  readonly facts: readonly Facts[]
}

interface View {
  readonly title: string
  readonly facts: Facts
  readonly metrics?: readonly Metric[]
}

const STEP_NAMES: Readonly<Record<Step, string>> = {
  untouched: 'The session is not used',
  read: 'The session is read',
  write: 'The session is changed',
}

/** What is drawn, in the order of the report. */
export function figuresOf(results: Results): MeasuredFigure[] {
  const size = usualSize(results)
  const session = `a session of ${sizeName(size)}`
  const steps = STEPS.map((step): View => ({ title: STEP_NAMES[step], facts: { step, size } }))
  const amounts = amountsIn(results).map(
    (sessions): View => ({ title: `${whole(sessions)} sessions`, facts: { sessions } }),
  )
  const wire = (doing: string) =>
    `Of a whole request that ${doing} its session and its response, headers included, as a browser sends and gets them: up to the app, and down from it. HTTP/2 compresses headers: what has not changed since the request before is hardly sent again. Less is better.`
  const requests = `One process of the app answers as many requests as it can, with ${session}. More is better.`
  const latency = `Under the same full load, with ${session}: what half of the responses take at most (p50), and what 99 of 100 do (p99). Less is better.`
  const cpu = `Of all threads of the app, and of the store's processes, with ${session}. Less is better.`
  const memory = `What app and store have grown by when so many people have signed in, each with ${session}. What an app frees and takes again while it works is in it, too, so that a little more or less says nothing. Less is better.`
  const start =
    'From the start of the app’s process, which connects to its store, until it has answered a first sign-in. Less is better.'
  const read = 'Bytes on the wire when the session is read'
  const changed = 'Bytes on the wire when the session is changed'
  const drawn: readonly (readonly [string, string, string, readonly Metric[], readonly View[]])[] = [
    ['requests', 'Requests per second', requests, ['requests'], steps],
    ['latency', 'Response times', latency, ['p50', 'p99'], steps],
    ['cpu', 'CPU per request', cpu, ['cpuApp', 'cpuStore'], steps],
    ['wire-read', read, wire('only reads'), OVER.flat(), wires(results, 'read')],
    ['wire-write', changed, wire('changes'), OVER.flat(), wires(results, 'write')],
    ['memory', 'Memory', memory, ['memoryApp', 'memoryStore'], amounts],
    ['first-answer', 'Time to the first answer', start, ['firstAnswer'], [{ title: 'One process', facts: {} }]],
  ]
  return drawn.flatMap(([id, title, about, metrics, views]) => {
    const panels = views.map(({ title, facts, metrics: own = metrics }) => ({
      title,
      rows: BACKENDS.map((name) => rowOf(name, own, figures(results, name, own, facts))),
    }))
    // Nothing where nothing of it was measured.
    if (panels.every(({ rows }) => rows.every(({ parts }) => parts.length === 0))) return []
    const parts = PARTS[metrics[0] ?? 'requests'] ?? []
    return [{ ...figureOf({ id, title, about, parts }, panels), metrics, facts: views.map(({ facts }) => facts) }]
  })
}

const OVER: readonly (readonly Metric[])[] = [
  ['bytesUp', 'bytesDown'],
  ['h2Up', 'h2Down'],
]

function wires(results: Results, step: Step): View[] {
  return OVER.flatMap((metrics, at) =>
    sizesIn(results).map((size): View => {
      const title = `${['HTTP/1.1', 'HTTP/2'][at]}, ${sizeName(size)} of session`
      return { title, metrics, facts: { step, size } }
    }),
  )
}

function rowOf(name: BackendName, [metric = 'requests']: readonly Metric[], parts: readonly number[]): Row {
  const { print } = METRIC[metric]
  const [first = 0, second = 0] = parts
  if (parts.length === 0) return { name, parts, text: NOT_MEASURED }
  // One lies within the other, where two parts are not added.
  if (metric === 'p50') return { name, parts: [first, second - first], text: `${short(first)} / ${print(second)}` }
  return { name, parts, text: print(total(parts)) }
}
