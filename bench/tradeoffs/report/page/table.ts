import { type Html, html } from '../../../playground/page/html.js'
import type { BackendName } from '../../backend.js'
import { DESCRIPTIONS, labelOf, OURS } from '../backends.js'

/** A table that scrolls in a box of its own where it is wider than the page, also by keyboard. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`
}

export interface Line {
  readonly head: Html
  /** By backend; those that are missing were not measured. */
  readonly cells: ReadonlyMap<BackendName, Html>
}

interface ByBackend {
  readonly caption: Html
  /** For the box around it. */
  readonly label: string
  readonly corner: string
  readonly names: readonly BackendName[]
  readonly missing: readonly BackendName[]
  readonly lines: readonly Line[]
}

/** A column for each backend. What was not measured has one cell for all lines. */
export function byBackend({ caption, label, corner, names, missing, lines }: ByBackend): Html {
  const rows = lines.map(({ head, cells }, at) => {
    const all = names.map((name) => {
      if (!missing.includes(name)) return cells.get(name) ?? html`<td class="none">–</td>`
      return at === 0 ? notMeasured(lines.length) : html``
    })
    return html`<tr><th scope="row">${head}</th>${all}</tr>`
  })
  return scrolling(
    label,
    html`<table class="matrix"><caption>${caption}</caption>
<thead><tr><th scope="col">${corner}</th>${names.map(heading)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )
}

function heading(name: BackendName): Html {
  const { place } = DESCRIPTIONS[name]
  return html`<th scope="col" class="${place}${name === OURS ? ' ours' : ''}">${labelOf(name)}</th>`
}

function notMeasured(rows: number): Html {
  return html`<td class="missing" rowspan="${rows}"><span>not measured here</span></td>`
}

/** Rows of texts under a head, the first of each row naming it. */
export function plainTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  return scrolling(
    caption,
    html`<table><caption>${caption}</caption>
<thead><tr>${head.map((one) => (one === '' ? html`<td></td>` : html`<th scope="col">${one}</th>`))}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map(cell)}</tr>`)}</tbody></table>`,
  )
}

function cell(content: string | Html, at: number): Html {
  return at === 0 ? html`<th scope="row">${content}</th>` : html`<td>${content}</td>`
}
