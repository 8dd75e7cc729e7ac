import { type Html, html } from '../playground/page/html.js'
import { BACKENDS, type BackendName } from '../tradeoffs/outcome.js'
import { labelOf, type Missing, NOT_MEASURED, OURS, placeOf } from './backends.js'
import type { Answer } from './glance.js'

/** Text in which `code` is marked as in Markdown. */
export function rich(text: string): Html {
  const parts = text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
  return html`${parts}`
}

/** Where figures come from: the file, and what to look for in it. */
export function trace(source: string, from: string): Html {
  return html`<p class="trace">From <code>${source}</code>: ${rich(from)}.</p>`
}

/** A table that scrolls in a box of its own where it is wider than the page, also by keyboard. */
function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`
}

interface ByBackend {
  readonly caption: string
  readonly corner: string
  readonly missing: readonly Missing[]
  readonly lines: readonly { readonly head: Html; readonly answers: ReadonlyMap<BackendName, Answer> }[]
}

/** A column for each backend. What was not measured has one cell for all lines. */
export function byBackend({ caption, corner, missing, lines }: ByBackend): Html {
  const absent = missing.map(({ contender }) => contender)
  const rows = lines.map(({ head, answers }, at) => {
    const all = BACKENDS.map((name) => {
      if (!absent.includes(name)) return cellOf(answers.get(name))
      if (at > 0) return html``
      return html`<td class="missing" rowspan="${lines.length}"><span>${NOT_MEASURED}</span></td>`
    })
    return html`<tr><th scope="row">${head}</th>${all}</tr>`
  })
  const heads = BACKENDS.map((name) => {
    const kind = `${placeOf(name)}${name === OURS ? ' ours' : ''}`
    return html`<th scope="col" class="${kind}">${labelOf(name)}</th>`
  })
  const why = missing.map((one) => html`<li><strong>${labelOf(one.contender)}</strong>: ${rich(one.why)}.</li>`)
  const table = html`<table class="matrix"><caption>${caption}</caption>
<thead><tr><th scope="col">${corner}</th>${heads}</tr></thead>
<tbody>${rows}</tbody></table>`
  return html`${scrolling(caption, table)}
${why.length === 0 ? html`` : html`<p class="after">Not measured here, and what to do about it:</p><ul class="missing-list">${why}</ul>`}`
}

function cellOf(answer: Answer | undefined): Html {
  if (answer === undefined) return html`<td class="none">–</td>`
  const { tone, symbol, word, figure } = answer
  const value = figure !== undefined && html`<b>${figure}</b> `
  return html`<td class="tone ${tone}">${value}<span class="word"><span class="mark" aria-hidden="true">${symbol}</span> ${word}</span></td>`
}

/** Rows of texts under a head, the first of each row naming it. The last cell of a shorter row fills what is left. */
export function plainTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  kind = '',
): Html {
  const cell = (content: string | Html, at: number, cells: readonly unknown[]) => {
    if (at === 0) return html`<th scope="row">${content}</th>`
    const left = head.length - at
    return at === cells.length - 1 && left > 1
      ? html`<td class="none" colspan="${left}">${content}</td>`
      : html`<td>${content}</td>`
  }
  return scrolling(
    caption,
    html`<table${kind && html` class="${kind}"`}><caption>${caption}</caption>
<thead><tr>${head.map((one) => (one === '' ? html`<td></td>` : html`<th scope="col">${one}</th>`))}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map(cell)}</tr>`)}</tbody></table>`,
  )
}
