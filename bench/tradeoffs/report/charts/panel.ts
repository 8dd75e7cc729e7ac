import type { BackendName } from '../../backend.js'
import { DESCRIPTIONS, labelOf, OURS } from '../backends.js'
import { INK, LINE, type Option, QUIET } from './svg.js'

/** One line of a panel. */
export interface Row {
  readonly name: BackendName
  /** Of which a bar is put together, such as app and store; none where it was not measured. */
  readonly parts: readonly number[]
  /** Beside it. */
  readonly text: string
}

/** A small picture: a row for each backend. Several of them stand beside each other, or below, as there is room. */
export interface Panel {
  readonly id: string
  readonly title: string
  readonly rows: readonly Row[]
  /** At the end of the axis, the same in all panels that are to be compared. */
  readonly most: number
}

export const NOT_MEASURED = 'not measured here'

const WIDTH = 352
const ROW = 23
const NAMES = 108
const FIGURES = 82

/** Colour says where the session is kept; what a bar is a part of is said by its pattern. */
export function colourOf(name: BackendName): string {
  return `var(--${DESCRIPTIONS[name].place})`
}

export function drawingOf({ id, title, rows }: Panel) {
  const description = rows.map(({ name, text }) => `${labelOf(name)}: ${text}`).join('; ')
  return { id, width: WIDTH, height: ROW * rows.length + 4, title, description: `${description}.` }
}

/** The rows' names, and an axis without figures, as each row has its own. */
export function axes({ rows, most }: Panel): Option {
  return {
    grid: { left: NAMES, right: FIGURES, top: 2, bottom: 2 },
    xAxis: { type: 'value', min: 0, max: most > 0 ? most : 1, show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { show: true, lineStyle: { color: LINE } },
      axisLabel: {
        color: INK,
        fontSize: 12,
        formatter: (name: BackendName) => (name === OURS ? `{ours|${labelOf(name)}}` : labelOf(name)),
        rich: { ours: { fontWeight: 700, fontSize: 12, color: INK } },
      },
    },
  }
}

/** What is written at the right end of a row. */
export function told({ parts, text }: Row): Option {
  return {
    show: true,
    position: 'right',
    distance: 5,
    fontSize: 12,
    color: parts.length === 0 ? QUIET : INK,
    fontStyle: parts.length === 0 ? 'italic' : 'normal',
    textBorderWidth: 0,
    formatter: text,
  }
}

/** The largest of several panels, as each must fit. */
export function mostOf(panels: readonly (readonly Row[])[]): number {
  const totals = panels.flatMap((rows) =>
    rows.map(({ parts }) => parts.reduce((sum, part) => sum + Math.max(0, part), 0)),
  )
  return Math.max(0, ...totals)
}
