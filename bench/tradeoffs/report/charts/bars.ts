import { axes, colourOf, drawingOf, type Panel, told } from './panel.js'
import { draw, type Option } from './svg.js'

/** Of everything but the first part of a bar. */
const HATCH = {
  symbol: 'rect',
  dashArrayX: [1, 0],
  dashArrayY: [2.5, 2.5],
  rotation: -Math.PI / 4,
  color: 'var(--card)',
}

/** A bar for each backend, and a hatched part of it for what the second figure says. */
export function bars(panel: Panel): string {
  const count = Math.max(1, ...panel.rows.map(({ parts }) => parts.length))
  const parts = Array.from({ length: count }, (_, part) => ({
    ...BAR,
    data: panel.rows.map((row) => ({
      value: Math.max(0, row.parts[part] ?? 0),
      itemStyle: {
        color: colourOf(row.name),
        ...(part > 0 &&
          (row.parts[part] ?? 0) > 0 && { decal: HATCH, borderColor: colourOf(row.name), borderWidth: 1 }),
      },
    })),
  }))
  return draw(drawingOf(panel), { ...axes(panel), series: [...parts, texts(panel)] })
}

const BAR: Option = { type: 'bar', stack: 'one', silent: true, barWidth: 13 }

/** A last part without a length, as it is the only one that is there in every row. */
function texts({ rows }: Panel): Option {
  return { ...BAR, data: rows.map((row) => ({ value: 0, label: told(row) })) }
}
