import { whole } from '../../report/numbers.js'
import { DESCRIPTIONS, labelOf } from '../report/backends.js'
import { draw, INK, LINE, type Option, QUIET } from '../report/charts/svg.js'
import type { ModelSection } from '../report/model-section.js'
import { breakEven, RANGES } from './break-even.js'
import type { Calibration, Http } from './calibration.js'
import { costOf } from './cost.js'
import type { Load } from './demand.js'
import { dollars, rate } from './money.js'
import { PRODUCT, SCENARIOS, USUAL } from './scenarios.js'
import { httpName } from './tables.js'

/** What no line can say where nothing was measured. */
const CLIFF =
  ' Between the measured sizes the lines are rough: a cookie is compressed up to a size that depends on the browser, and not beyond.'

type Drawn = ModelSection['svgs'][number]
type Point = readonly [x: number, y: number]

const SIZE = { width: 860, height: 400 }
/** Colour says where the session is kept, and the line which of several it is. */
const DASHES = ['solid', [8, 4], [2, 3], [10, 3, 2, 3], [4, 8]]
const RATES = Array.from({ length: 51 }, (_, index) => 10 ** (1 + index / 10))
const SESSIONS_PER_REQUEST = 100
/** From the smallest that was measured to the largest. */
const SIZES = Array.from({ length: 42 }, (_, index) => 100 + index * 60)

/** Cost against requests, from one small server to a million a second. */
export function scaleChart(all: readonly Calibration[], http: Http): Drawn {
  const load = (requests: number): Load => ({ sessions: requests * SESSIONS_PER_REQUEST, requests, http, ...USUAL })
  const lines = all.map((of) => ({ of, points: RATES.map((x): Point => [x, costOf(of, load(x)).total]) }))
  const title = `Cost a month by requests a second, over ${httpName(http)}`
  return {
    title,
    description: `${SESSIONS_PER_REQUEST} sessions are alive for each request a second; the marks are the scenarios below. Both scales are logarithmic.`,
    svg: draw(
      { id: `cost-${http}`, ...SIZE, title, description: ends(lines, dollars) },
      {
        ...frame('requests a second', whole, axisDollars),
        series: [...lines.map(line), scenarios()],
      },
    ),
  }
}

/** Of how busy a session is, by its size: below the line of a store the cookie is cheaper. */
export function breakEvenChart(ours: Calibration, stores: readonly Calibration[], http: Http): Drawn | undefined {
  const { sessions } = PRODUCT
  const hourly = (requests: number) => (requests / sessions) * 3600
  const lines = stores.flatMap((of) => {
    const points = SIZES.flatMap((bytes): Point[] => {
      const load = { ...USUAL, sessions, requests: 0, bytes, http }
      const [first] = breakEven([ours, of], 'requests', load)
      return first?.from === undefined && first?.to !== undefined ? [[bytes, hourly(first.to)]] : []
    })
    return points.length < 2 ? [] : [{ of, points }]
  })
  if (lines.length === 0) return undefined
  const title = `Break-even over ${httpName(http)}: requests per session and hour, by size of the session`
  const most = hourly(RANGES.requests.most)
  return {
    title,
    description: `With ${whole(sessions)} sessions alive, and stores on servers of their own. On a line both cost the same; below it, where a session makes fewer requests, ${labelOf(ours.name)} is cheaper, as it needs no server. Where a store has no line, it is not cheaper at up to ${whole(most)} requests per session and hour.${http === 2 ? CLIFF : ''}`,
    svg: draw(
      { id: `break-even-${http}`, ...SIZE, title, description: ends(lines, rate) },
      { ...frame('bytes of JSON in the session', whole, axisNumber, 'value'), series: lines.map(line) },
    ),
  }
}

interface Line {
  readonly of: Calibration
  readonly points: readonly Point[]
}

function line({ of, points }: Line, index: number): Option {
  return {
    type: 'line',
    symbol: 'none',
    silent: true,
    data: points,
    lineStyle: { color: `var(--${DESCRIPTIONS[of.name].place})`, width: 2, type: DASHES[index % DASHES.length] },
    endLabel: { show: true, formatter: labelOf(of.name), color: INK, fontSize: 12, distance: 6 },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

function scenarios(): Option {
  return {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: LINE, type: 'solid' },
      label: { color: QUIET, fontSize: 11, position: 'end', distance: 10, formatter: '{b}' },
      data: SCENARIOS.map(({ name, requests }) => ({ name, xAxis: requests })),
    },
  }
}

/** `$10`, `$1 million` */
function axisDollars(value: number): string {
  return value < 1e6 ? `$${axisNumber(value)}` : `$${axisNumber(value / 1e6)} million`
}

/** `0.1`, `10`, `1,000` */
function axisNumber(value: number): string {
  return value < 1 ? `${value}` : whole(value)
}

function frame(name: string, x: (value: number) => string, y: (value: number) => string, type = 'log'): Option {
  const axis = { axisLabel: { color: QUIET }, axisLine: { lineStyle: { color: LINE } }, splitLine: { show: false } }
  return {
    grid: { left: 24, right: 130, top: 42, bottom: 36, containLabel: true },
    xAxis: {
      ...axis,
      type,
      name,
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { color: QUIET },
      axisLabel: { color: QUIET, formatter: x },
    },
    yAxis: {
      ...axis,
      type: 'log',
      axisLabel: { color: QUIET, formatter: y },
      splitLine: { lineStyle: { color: LINE } },
    },
  }
}

/** For those who cannot see it: where each line ends. */
function ends(lines: readonly Line[], print: (value: number) => string): string {
  const told = lines.map(({ of, points }) => `${labelOf(of.name)} ends at ${print(points.at(-1)?.[1] ?? 0)}`)
  return `${told.join('; ')}.`
}
