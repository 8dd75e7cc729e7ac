import { micros, short, times, whole } from '../measure/print.js'
import type { Recording } from '../measure/recording.js'
import { all, value, variants } from '../measure/samples.js'
import { type Html, html } from '../playground/page/html.js'
import { colourOf, contendersOf, GROWTHS, isRejection, requestCost, sealAndOpen, seriesOf } from './contenders.js'
import type { Recordings } from './recordings.js'

/** In units of the drawing. Every picture has a card of its own, so that it can be read on a light page and on a dark one. */
const WIDTH = 900
const TOP = 64
const [INK, QUIET, CARD, FAINT] = ['#24292f', '#57606a', '#ffffff', '#e6eaef']
const FONT = 'system-ui, -apple-system, Helvetica, Arial, sans-serif'

/** Every picture of what was recorded, as SVG by its name. */
export function plots({ 'seal-open': sealOpen, middleware, http, growth }: Recordings): ReadonlyMap<string, string> {
  return new Map([
    ...(sealOpen ? [['seal-open', sealOpenPlot(sealOpen)] as const] : []),
    ...(middleware ? [['middleware', middlewarePlot(middleware)] as const] : []),
    ...(http ? [['http', httpPlot(http)] as const] : []),
    ...GROWTHS.filter(({ by }) => all(growth, { by }).length > 0).map(
      (one) => [`growth-${one.by}`, growthPlot(growth as Recording, one)] as const,
    ),
  ])
}

function sealOpenPlot(recording: Recording): string {
  const size = 1024
  const floor = sealAndOpen(recording, 'floor', size) ?? Number.NaN
  const bars = contendersOf(all(recording, { size }))
    .map((contender) => ({ contender, figure: sealAndOpen(recording, contender, size) ?? 0 }))
    .sort((a, b) => a.figure - b.figure)
    .map((one) => ({ ...one, text: `${times(one.figure / floor)}, ${micros(one.figure)}` }))
  const title = 'Sealing and opening a session of 1 KB'
  return barPlot(title, 'CPU of both together, beside the floor; the scale is logarithmic', [['', bars]], Math.log)
}

function middlewarePlot(recording: Recording): string {
  const measurements = all(recording, { metric: 'cpu', shape: 'flat' })
  const steps = variants(measurements, 'step').filter((step) => !isRejection(step))
  const groups = steps.map((step) => {
    const bars = contendersOf(measurements).flatMap((contender) => {
      const figure = requestCost({ measurements }, contender, { step }).request
      return figure === undefined ? [] : [{ contender, figure, text: micros(figure) }]
    })
    return [step, bars] as const
  })
  const title = 'A request through the middleware, with a session of 1 KB'
  return barPlot(title, 'CPU of the whole request without sockets; less is better', groups)
}

function httpPlot(recording: Recording): string {
  const facts = { express: 5, metric: 'requests' }
  const measured = all(recording, facts)
  const groups = variants(measured, 'step').map((step) => {
    const bars = contendersOf(measured).map((contender) => {
      const figure = value(recording, { contender, step, ...facts }) ?? 0
      return { contender, figure, text: whole(figure) }
    })
    return [step, bars] as const
  })
  return barPlot('HTTP requests per second, Express 5', 'With a session of 1 KB; more is better', groups)
}

interface Bar {
  readonly contender: string
  readonly figure: number
  readonly text: string
}

/** Groups of bars, from one scale, a bar for each contender. */
function barPlot(
  title: string,
  unit: string,
  groups: readonly (readonly [title: string, bars: readonly Bar[]])[],
  scale = (figure: number) => figure,
): string {
  const [ROW, NAMES, LONGEST] = [22, 150, 600]
  const scaled = (figure: number) => Math.max(0, scale(figure))
  const most = Math.max(...groups.flatMap(([, bars]) => bars.map(({ figure }) => scaled(figure))))
  let top = TOP
  const drawn = groups.map(([heading, bars]) => {
    if (heading) top += ROW
    const head = heading && html`<text x="20" y="${top - 6}" font-weight="600">${heading}</text>`
    const rows = bars.map(({ contender, figure, text }) => {
      const width = ((scaled(figure) / most) * LONGEST).toFixed(1)
      top += ROW
      return html`<text x="${NAMES - 8}" y="${top - 6}" text-anchor="end">${contender}</text><rect x="${NAMES}" y="${top - 18}" width="${width}" height="15" rx="2" fill="${colourOf(contender)}"/><text x="${NAMES + Number(width) + 6}" y="${top - 6}">${text}</text>
`
    })
    top += heading ? 8 : 0
    return html`${head}${rows}`
  })
  return card(title, unit, top + 14, html`${drawn}`)
}

/** The largest over the least, above which a linear scale would press all but the largest together. */
const WIDE = { x: 50, y: 20 }

/** A line for each contender and step, with its name at the end. */
function growthPlot(recording: Recording, { by, title, axis, unit }: (typeof GROWTHS)[number]): string {
  const [LEFT, RIGHT, BOTTOM, HEIGHT] = [64, 660, 360, 420]
  const measured = all(recording, { by })
  const values = variants<number>(measured, 'value').sort((a, b) => a - b)
  const lines = seriesOf(measured).map(({ label, facts }) => {
    const points = values.flatMap((x) => {
      const y = value(recording, { ...facts, by, value: x })
      return y === undefined ? [] : [[x, y] as const]
    })
    return { label, points, colour: colourOf(String(facts['contender'])), writes: facts['step'] === 'write' }
  })
  const figures = lines.flatMap(({ points }) => points.map(([, y]) => y))
  const [xScale, yScale] = [scaleOf(values, WIDE.x), scaleOf(figures, WIDE.y)]
  const least = yScale === Math.log ? Math.min(...figures) : 0
  const place = (scale: typeof xScale, value: number, from: number, to: number, start: number, end: number) =>
    start + ((scale(value) - scale(from)) / (scale(to) - scale(from))) * (end - start)
  const x = (value: number) => Number(place(xScale, value, values[0] ?? 0, values.at(-1) ?? 1, LEFT, RIGHT).toFixed(1))
  const y = (value: number) => Number(place(yScale, value, least, Math.max(...figures), BOTTOM, TOP + 20).toFixed(1))
  // Names make way for each other, the highest line first; the mark says whose name it is.
  let next = 0
  const drawn = [...lines]
    .sort((a, b) => y(a.points.at(-1)?.[1] ?? 0) - y(b.points.at(-1)?.[1] ?? 0))
    .map(({ label, points, colour, writes }) => {
      next = Math.max(next + 15, y(points.at(-1)?.[1] ?? 0))
      const path = points.map(([at, figure]) => `${x(at)},${y(figure)}`).join(' ')
      return html`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${writes && html` stroke-dasharray="6 4"`}/>${points.map(
        ([at, figure]) => html`<circle cx="${x(at)}" cy="${y(figure)}" r="3" fill="${colour}"/>`,
      )}<text x="${RIGHT + 12}" y="${next + 4}"><tspan fill="${colour}">${writes ? '■' : '●'}</tspan> ${label}</text>
`
    })
  const levels = [0, 1, 2, 3, 4].map((quarter) =>
    yScale === Math.log
      ? least * (Math.max(...figures) / least) ** (quarter / 4)
      : (Math.max(...figures) * quarter) / 4,
  )
  const grid = levels.map(
    (level) =>
      html`<path d="M${LEFT} ${y(level)}H${RIGHT}" stroke="${FAINT}"/><text x="${LEFT - 8}" y="${y(level) + 4}" text-anchor="end">${short(level)}</text>
`,
  )
  const far: number[] = []
  for (const at of values) if (x(at) - x(far.at(-1) ?? Number.NaN) > 50 || far.length === 0) far.push(at)
  const ticks = far.map((at) => html`<text x="${x(at)}" y="${BOTTOM + 18}" text-anchor="middle">${whole(at)}</text>`)
  const name = html`<text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 42}" text-anchor="middle">${axis}</text>`
  const told = yScale === Math.log ? `${unit}; the scale is logarithmic` : unit
  return card(title, told, HEIGHT, html`${grid}${ticks}${name}${drawn}`)
}

function scaleOf(values: readonly number[], wide: number): (value: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least > 0 && most / least > wide ? Math.log : (value) => value
}

/** Title and unit, in the same place on every picture. */
function card(title: string, unit: string, height: number, drawn: Html): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}" font-size="12" fill="${INK}">
<title>${title}</title>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="${CARD}" stroke="#d0d7de"/>
<text x="20" y="30" font-size="16" font-weight="600">${title}</text><text x="20" y="50" fill="${QUIET}">${unit}</text>
${drawn}</svg>
`.text
}
