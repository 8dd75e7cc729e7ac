import type { Recording } from '../../measure/recording.js'
import { colourOf, contendersOf } from '../contenders.js'
import { type Growth, type Series, seriesOf } from '../growths.js'
import { whole } from '../numbers.js'
import { all, value, variants } from '../select.js'
import { FAINT, INK, type Option, svg } from './svg.js'

const SIZE = { width: 900, height: 420 }
/** The largest over the least, above which a linear scale would press all but the largest together. */
const WIDE = { x: 50, y: 20 }

type Point = readonly [x: number, y: number]

interface Line {
  readonly series: Series
  readonly points: readonly Point[]
}

/** A line for each contender and step, with its name at the end. */
export function growthPlot(recording: Recording, { by, title, axis, unit }: Growth): string | undefined {
  const measured = all(recording, { by })
  if (measured.length === 0) return undefined
  const values = variants<number>(measured, 'value').sort((a, b) => a - b)
  const lines = contendersOf(measured)
    .flatMap((contender) => seriesOf(measured, contender))
    .map((series) => ({ series, points: pointsOf(recording, by, series, values) }))
  const scale = scaleOf(
    lines.flatMap(({ points }) => points.map(([, y]) => y)),
    WIDE.y,
  )
  return svg(SIZE, title, scale === 'log' ? `${unit}; the scale is logarithmic` : unit, {
    grid: { left: 24, right: 200, top: 84, bottom: 40, containLabel: true },
    xAxis: xAxis(axis, values),
    yAxis: {
      type: scale,
      ...(scale === 'log' ? {} : { min: 0 }),
      axisLabel: { color: INK },
      splitLine: { lineStyle: { color: FAINT } },
      minorSplitLine: { show: false },
    },
    series: lines.map(drawn),
  })
}

function xAxis(name: string, values: readonly number[]): Option {
  return {
    type: scaleOf(values, WIDE.x),
    min: values[0],
    max: values.at(-1),
    name,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { color: INK },
    axisLine: { lineStyle: { color: INK } },
    axisTick: { customValues: values },
    axisLabel: { color: INK, formatter: whole, customValues: values, hideOverlap: true },
    splitLine: { show: false },
  }
}

function scaleOf(values: readonly number[], wide: number): 'log' | 'value' {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least > 0 && most / least > wide ? 'log' : 'value'
}

function pointsOf(recording: Recording, by: string, { facts }: Series, values: readonly number[]): Point[] {
  return values.flatMap((x) => {
    const y = value(recording, { ...facts, by, value: x })
    return y === undefined ? [] : [[x, y] as const]
  })
}

function drawn({ series: { label, facts }, points }: Line, at: number): Option {
  const color = colourOf(String(facts['contender']))
  const writes = facts['step'] === 'write'
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
