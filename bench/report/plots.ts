import * as echarts from 'echarts'
import { micros, short, times, whole } from '../measure/print.js'
import type { Recording } from '../measure/recording.js'
import { all, value, variants } from '../measure/samples.js'
import { colourOf, contendersOf, GROWTHS, isRejection, requestCost, sealAndOpen, seriesOf } from './contenders.js'
import type { Recordings } from './recordings.js'

type Option = Readonly<Record<string, unknown>>

const WIDTH = 900
const INK = '#24292f'
const CARD = '#ffffff'
const FAINT = '#e6eaef'
const FONT = 'system-ui, -apple-system, Helvetica, Arial, sans-serif'
const GRID_LINES: Option = { splitLine: { lineStyle: { color: FAINT } }, minorSplitLine: { show: false } }

/** Every picture of what was recorded, as SVG by its name. */
export function plots({ 'seal-open': sealOpen, middleware, http, growth }: Recordings): ReadonlyMap<string, string> {
  const drawn: [name: string, svg: string | undefined][] = [
    ['seal-open', sealOpen && sealOpenPlot(sealOpen)],
    ['middleware', middleware && middlewarePlot(middleware)],
    ['http', http && httpPlot(http)],
    ...GROWTHS.map((one): [string, string | undefined] => [`growth-${one.by}`, growth && growthPlot(growth, one)]),
  ]
  return new Map(drawn.filter((one): one is [string, string] => one[1] !== undefined))
}

/** A bar for each contender, the cheapest on top, and a line down from the floor. */
function sealOpenPlot(recording: Recording): string {
  const size = 1024
  const costs = contendersOf(all(recording, { size }))
    .map((contender) => ({ contender, cost: sealAndOpen(recording, contender, size) ?? 0 }))
    .sort((a, b) => b.cost - a.cost)
  const floor = costs.find(({ contender }) => contender === 'floor')?.cost ?? Number.NaN
  const bars = costs.map(({ contender, cost }) => {
    const formatter = contender === 'floor' ? micros(cost) : `${micros(cost)}  (${times(cost / floor)})`
    const label = { show: true, position: 'right', color: INK, fontSize: 12, backgroundColor: CARD, formatter }
    return { value: cost, itemStyle: { color: colourOf(contender), borderRadius: [0, 2, 2, 0] }, label }
  })
  const line = {
    silent: true,
    symbol: 'none',
    lineStyle: { color: '#000000', type: 'dashed', width: 1.5 },
    label: { show: true, position: 'end', formatter: 'the floor', color: INK, fontSize: 12 },
    data: [{ xAxis: floor }],
  }
  const title = 'Sealing and opening a session of 1 KB'
  return svg(124 + 38 * costs.length, title, 'CPU of both together; the scale is logarithmic', {
    grid: { left: 20, right: 150, top: 84, bottom: 40, containLabel: true },
    xAxis: { type: 'log', ...named('CPU, µs'), axisLabel: { color: INK }, ...GRID_LINES },
    yAxis: categories(costs.map(({ contender }) => contender)),
    series: [{ type: 'bar', silent: true, barWidth: '62%', data: bars, markLine: line }],
  })
}

function middlewarePlot(recording: Recording): string {
  const measurements = all(recording, { metric: 'cpu' }).filter((one) => one['shape'] !== 'nested')
  return bars({
    title: 'A request through the middleware, with a session of 1 KB',
    unit: 'CPU of the whole request without sockets, µs',
    groups: variants(measurements, 'step').filter((step) => !isRejection(step)),
    contenders: contendersOf(measurements),
    figureOf: (contender, step) => requestCost({ measurements }, contender, { step }).request,
    print: short,
  })
}

function httpPlot(recording: Recording): string {
  const facts = { express: 5, metric: 'requests' }
  const measured = all(recording, facts)
  return bars({
    title: 'HTTP requests per second, Express 5',
    unit: 'thousands of requests a second with a session of 1 KB; more is better',
    groups: variants(measured, 'step'),
    contenders: contendersOf(measured),
    figureOf: (contender, step) => value(recording, { contender, step, ...facts }),
    print: (requests) => (requests / 1000).toFixed(1),
    tick: (requests) => String(requests / 1000),
  })
}

/** Groups of bars, one bar for each contender. */
interface Bars {
  readonly title: string
  readonly unit: string
  readonly groups: readonly string[]
  readonly contenders: readonly string[]
  readonly figureOf: (contender: string, group: string) => number | undefined
  readonly print: (value: number) => string
  /** On the axis. */
  readonly tick?: (value: number) => string
}

function bars({ title, unit, groups, contenders, figureOf, print, tick = String }: Bars): string {
  const bar = (value: number | undefined): Option => ({
    value: value ?? '-',
    label: { show: value !== undefined, position: 'top', color: INK, fontSize: 11, formatter: print(value ?? 0) },
  })
  const square = { icon: 'roundRect', itemGap: 26, itemWidth: 12, itemHeight: 12 }
  return svg(430, title, unit, {
    legend: { top: 62, left: 20, ...square, textStyle: { color: INK } },
    grid: { left: 20, right: 20, top: 104, bottom: 16, containLabel: true },
    xAxis: categories(groups),
    yAxis: { type: 'value', axisLabel: { color: INK, formatter: tick }, splitLine: { lineStyle: { color: FAINT } } },
    series: contenders.map((contender) => ({
      name: contender,
      type: 'bar',
      silent: true,
      barGap: '8%',
      barCategoryGap: '14%',
      itemStyle: { color: colourOf(contender), borderRadius: [2, 2, 0, 0] },
      data: groups.map((group) => bar(figureOf(contender, group))),
    })),
  })
}

/** The largest over the least, above which a linear scale would press all but the largest together. */
const WIDE = { x: 50, y: 20 }

type Point = readonly [x: number, y: number]

/** A line for each contender and step, with its name at the end. */
function growthPlot(recording: Recording, { by, title, axis, unit }: (typeof GROWTHS)[number]): string | undefined {
  const measured = all(recording, { by })
  if (measured.length === 0) return undefined
  const values = variants<number>(measured, 'value').sort((a, b) => a - b)
  const lines = seriesOf(measured).map(({ label, facts }) => {
    const points = values.flatMap((x): Point[] => {
      const y = value(recording, { ...facts, by, value: x })
      return y === undefined ? [] : [[x, y]]
    })
    return { label, color: colourOf(String(facts['contender'])), writes: facts['step'] === 'write', points }
  })
  const scale = scaleOf(
    lines.flatMap(({ points }) => points.map(([, y]) => y)),
    WIDE.y,
  )
  return svg(420, title, scale === 'log' ? `${unit}; the scale is logarithmic` : unit, {
    grid: { left: 24, right: 200, top: 84, bottom: 40, containLabel: true },
    xAxis: {
      type: scaleOf(values, WIDE.x),
      min: values[0],
      max: values.at(-1),
      ...named(axis),
      axisLine: { lineStyle: { color: INK } },
      axisTick: { customValues: values },
      axisLabel: { color: INK, formatter: whole, customValues: values, hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: { type: scale, ...(scale === 'log' ? {} : { min: 0 }), axisLabel: { color: INK }, ...GRID_LINES },
    series: lines.map(drawn),
  })
}

function scaleOf(values: readonly number[], wide: number): 'log' | 'value' {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least > 0 && most / least > wide ? 'log' : 'value'
}

interface Line {
  readonly label: string
  readonly color: string
  readonly writes: boolean
  readonly points: readonly Point[]
}

function drawn({ label, color, writes, points }: Line, at: number): Option {
  return {
    type: 'line',
    silent: true,
    data: points,
    clip: false,
    symbol: writes ? 'rect' : 'circle',
    symbolSize: 6,
    z: 20 - at,
    itemStyle: { color },
    lineStyle: { color, width: 2, type: writes ? 'dashed' : 'solid' },
    // The mark says whose name it is where names had to make way for each other.
    endLabel: {
      show: true,
      formatter: `{mark|${writes ? '■' : '●'}} ${label}`,
      color: INK,
      fontSize: 12,
      lineHeight: 15,
      distance: 10,
      rich: { mark: { color, fontSize: 12 } },
    },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

function named(name: string): Option {
  return { name, nameLocation: 'middle', nameGap: 30, nameTextStyle: { color: INK } }
}

function categories(data: readonly string[]): Option {
  const axis = { axisTick: { show: false }, axisLine: { lineStyle: { color: INK } } }
  return { type: 'category', data, ...axis, axisLabel: { color: INK, fontSize: 13 } }
}

/** A picture on a card of its own, so that it can be read on a light page and on a dark one. */
function svg(height: number, title: string, unit: string, option: Option): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  const shape = { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, r: 8 }
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: FONT, color: INK },
    graphic: { type: 'rect', z: -10, silent: true, shape, style: { fill: CARD, stroke: '#d0d7de', lineWidth: 1 } },
    // In the same place on every picture.
    title: {
      ...{ text: title, subtext: unit, left: 20, top: 14, itemGap: 6 },
      textStyle: { fontSize: 16, fontWeight: 600, color: INK },
      subtextStyle: { fontSize: 12, color: '#57606a' },
    },
    ...option,
  })
  const drawn: string = chart.renderToSVGString()
  chart.dispose()
  // A title for those who cannot see it.
  return reproducible(drawn).replace('>', `>\n<title>${title}</title>`)
}

/** Without what ECharts numbers through the whole process, most of which is for a pointer that an image never sees. */
function reproducible(drawn: string): string {
  const still = drawn
    .replace(/<style >.*?<\/style>\n?/gs, '')
    .replace(/ (?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
  const ids = [...new Set(still.match(/zr\d+-[a-z]\d+/g) ?? [])]
  const renumbered = ids.reduce((svg, id, at) => svg.replaceAll(new RegExp(`${id}(?!\\d)`, 'g'), `clip-${at}`), still)
  return `${renumbered.trim()}\n`
}
