import type { Recording } from '../../measure/recording.js'
import { colourOf, contendersOf } from '../contenders.js'
import { micros, times } from '../numbers.js'
import { all } from '../select.js'
import { sealAndOpen } from '../tables/seal-open.js'
import { CARD, FAINT, INK, type Option, svg } from './svg.js'

const SIZE = 1024
const WIDTH = 900
const ROW = 38
const MARGINS = { top: 84, bottom: 40 }

/** A bar for each contender, the cheapest on top, and a line down from the floor. */
export function sealOpenPlot(recording: Recording): string | undefined {
  const costs = contendersOf(all(recording, { size: SIZE }))
    .map((contender) => ({ contender, cost: sealAndOpen(recording, contender, SIZE) }))
    .filter((one): one is Cost => one.cost !== undefined)
    .sort((a, b) => b.cost - a.cost)
  if (costs.length === 0) return undefined
  const floor = costs.find(({ contender }) => contender === 'floor')?.cost
  return svg(
    { width: WIDTH, height: MARGINS.top + MARGINS.bottom + ROW * costs.length },
    'Sealing and opening a session of 1 KB',
    'CPU of both together; the scale is logarithmic',
    {
      grid: { left: 20, right: 150, ...MARGINS, containLabel: true },
      xAxis: {
        type: 'log',
        name: 'CPU, µs',
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: { color: INK },
        axisLabel: { color: INK },
        splitLine: { lineStyle: { color: FAINT } },
        minorSplitLine: { show: false },
      },
      yAxis: {
        type: 'category',
        data: costs.map(({ contender }) => contender),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK } },
        axisLabel: { color: INK, fontSize: 13 },
      },
      series: [
        { type: 'bar', silent: true, barWidth: '62%', data: costs.map((one) => bar(one, floor)), ...line(floor) },
      ],
    },
  )
}

interface Cost {
  readonly contender: string
  readonly cost: number
}

function bar({ contender, cost }: Cost, floor: number | undefined): Option {
  const over = floor === undefined || contender === 'floor' ? '' : `  (${times(cost / floor)})`
  return {
    value: cost,
    itemStyle: { color: colourOf(contender), borderRadius: [0, 2, 2, 0] },
    label: {
      show: true,
      position: 'right',
      color: INK,
      fontSize: 12,
      backgroundColor: CARD,
      formatter: `${micros(cost)}${over}`,
    },
  }
}

function line(floor: number | undefined): Option {
  if (floor === undefined) return {}
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: '#000000', type: 'dashed', width: 1.5 },
      label: { show: true, position: 'end', formatter: 'the floor', color: INK, fontSize: 12 },
      data: [{ xAxis: floor }],
    },
  }
}
