import { colourOf } from '../contenders.js'
import { FAINT, INK, type Option, svg } from './svg.js'

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

const SIZE = { width: 900, height: 430 }

export function bars({ title, unit, groups, contenders, figureOf, print, tick = String }: Bars): string {
  return svg(SIZE, title, unit, {
    legend: {
      top: 62,
      left: 20,
      icon: 'roundRect',
      itemGap: 26,
      itemWidth: 12,
      itemHeight: 12,
      textStyle: { color: INK },
    },
    grid: { left: 20, right: 20, top: 104, bottom: 16, containLabel: true },
    xAxis: {
      type: 'category',
      data: groups,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: INK } },
      axisLabel: { color: INK, fontSize: 13 },
    },
    yAxis: {
      type: 'value',
      axisLabel: { color: INK, formatter: tick },
      splitLine: { lineStyle: { color: FAINT } },
    },
    series: contenders.map((contender) => ({
      name: contender,
      type: 'bar',
      silent: true,
      barGap: '8%',
      barCategoryGap: '14%',
      itemStyle: { color: colourOf(contender), borderRadius: [2, 2, 0, 0] },
      data: groups.map((group) => bar(figureOf(contender, group), print)),
    })),
  })
}

function bar(value: number | undefined, print: Bars['print']): Option {
  return {
    value: value ?? '-',
    label: { show: value !== undefined, position: 'top', color: INK, fontSize: 11, formatter: print(value ?? 0) },
  }
}
