import { axes, colourOf, drawingOf, type Panel, told } from './panel.js'
import { draw } from './svg.js'

/** A line for each backend from its first figure, a dot, to its second, a diamond. */
export function ranges(panel: Panel): string {
  const points = (part: number, symbol: string, symbolSize: number) => ({
    type: 'scatter',
    silent: true,
    symbol,
    symbolSize,
    data: panel.rows.flatMap(({ name, parts }) =>
      parts[part] === undefined
        ? []
        : [{ value: [parts[part], name], itemStyle: { color: colourOf(name), opacity: 1 } }],
    ),
  })
  const bar = { type: 'bar', stack: 'range', silent: true, barWidth: 2 }
  const invisible = { itemStyle: { color: 'transparent' } }
  const series = [
    { ...bar, ...invisible, data: panel.rows.map(({ parts: [from = 0] }) => from) },
    {
      ...bar,
      data: panel.rows.map(({ name, parts: [from = 0, to = from] }) => ({
        value: Math.max(0, to - from),
        itemStyle: { color: colourOf(name) },
      })),
    },
    {
      ...bar,
      ...invisible,
      data: panel.rows.map((row) => ({ value: 0, label: { ...told(row), distance: row.parts.length > 0 ? 10 : 5 } })),
    },
    points(0, 'circle', 8),
    points(1, 'diamond', 11),
  ]
  return draw(drawingOf(panel), { ...axes(panel), series })
}
