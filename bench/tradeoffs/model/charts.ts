import { whole } from '../../report/numbers.js'
import { DESCRIPTIONS, labelOf } from '../report/backends.js'
import { draw, INK, LINE, type Option, QUIET } from '../report/charts/svg.js'
import type { ModelSection } from '../report/model-section.js'
import { breakEven } from './break-even.js'
import type { Calibration, Http } from './calibration.js'
import { costOf } from './cost.js'
import type { Load } from './demand.js'
import { dollars } from './money.js'
import { SCENARIOS, USUAL } from './scenarios.js'

type Drawn = ModelSection['svgs'][number]
type Point = readonly [x: number, y: number]

const SIZE = { width: 860, height: 400 }
/** Colour says where the session is kept, and the line which of several it is. */
const DASHES = ['solid', [8, 4], [2, 3], [10, 3, 2, 3], [4, 8]]
const RATES = Array.from({ length: 51 }, (_, index) => 10 ** (1 + index / 10))
const SESSIONS_PER_REQUEST = 100

/** Cost against requests, from one small server to a million a second. */
export function scaleChart(all: readonly Calibration[], http: Http): Drawn {
  const load = (requests: number): Load => ({ sessions: requests * SESSIONS_PER_REQUEST, requests, http, ...USUAL })
  const lines = all.map((of) => ({ of, points: RATES.map((x): Point => [x, costOf(of, load(x)).total]) }))
  const title = `Cost a month by requests a second, over HTTP/${http === 1 ? '1.1' : '2'}`
  return {
    title,
    description: `${SESSIONS_PER_REQUEST} sessions are alive for each request a second; the marks are the scenarios below. Both scales are logarithmic.`,
    svg: draw(
      { id: `cost-${http}`, ...SIZE, title, description: ends(lines, dollars) },
      {
        ...frame('requests a second', whole, dollars),
        series: [...lines.map(line), scenarios()],
      },
    ),
  }
}

/** On a line, the cookie and a store cost the same. */
export function breakEvenChart(
  ours: Calibration,
  stores: readonly Calibration[],
  load: Omit<Load, 'bytes' | 'http' | 'requests'>,
): Drawn | undefined {
  const sizes = Array.from({ length: 25 }, (_, index) => 100 + index * 102.5)
  const lines = stores.flatMap((of) => {
    const points = sizes.flatMap((bytes): Point[] => {
      const found = breakEven(ours, of, { ...load, bytes, requests: 0, http: 1 })
      return 'requests' in found ? [[bytes, found.requests]] : []
    })
    return points.length < 2 ? [] : [{ of, points }]
  })
  if (lines.length === 0) return undefined
  const title = 'Break-even by size of session, over HTTP/1.1'
  const y = (value: number) => `${whole(value)}/s`
  return {
    title,
    description: `With ${whole(load.sessions)} sessions alive. On a line both cost the same; below it, where fewer requests come, the cookie is cheaper, as it needs no server of its own. A store without a line never becomes cheaper.`,
    svg: draw(
      { id: 'break-even', ...SIZE, title, description: ends(lines, y) },
      { ...frame('bytes of JSON in the session', whole, y, 'value'), series: lines.map(line) },
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
      label: { color: QUIET, fontSize: 11, position: 'end', formatter: '{b}' },
      data: SCENARIOS.map(({ name, requests }) => ({ name, xAxis: requests })),
    },
  }
}

function frame(name: string, x: (value: number) => string, y: (value: number) => string, type = 'log'): Option {
  const axis = { axisLabel: { color: QUIET }, axisLine: { lineStyle: { color: LINE } }, splitLine: { show: false } }
  return {
    grid: { left: 24, right: 130, top: 30, bottom: 36, containLabel: true },
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
