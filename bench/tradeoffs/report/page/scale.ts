import { type Html, html } from '../../../playground/page/html.js'
import type { ModelSection } from '../model-section.js'
import { plainTable } from './table.js'
import { drawing, rich } from './text.js'

/** What the cost model has to say. */
export function scale({ paragraphs, tables, svgs, assumptions }: ModelSection, source: string): Html {
  return html`<section aria-labelledby="scale">
<h2 id="scale">What it costs at scale</h2>
${paragraphs.map((one) => html`<p>${rich(one)}</p>`)}
${svgs.map(
  ({ title, svg, description }, at) => html`<figure class="columns-3" aria-labelledby="model-${at}">
<figcaption><h3 id="model-${at}">${title}</h3><p>${description}</p></figcaption>
<div class="wide" role="region" tabindex="0" aria-label="${title}">${drawing(own(svg, `model-${at}-`, title))}</div></figure>
`,
)}
${tables.map(({ head, rows, caption }) => plainTable(caption, head, rows))}
<details class="aside"><summary>What the model assumes</summary>
${plainTable(
  'Assumptions, and where they come from',
  ['Assumption', 'Value', 'Source'],
  assumptions.map(({ name, value, source }) => [name, value, linked(source)]),
)}</details>
<p class="trace">Computed by <code>bench/tradeoffs/model</code> from the medians in <code>${source}</code> and these assumptions.</p>
</section>`
}

function linked(source: string): Html {
  const parts = source.split(/(https:\/\/[^\s,;)]+)/)
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<a href="${part}">${part}</a>` : rich(part)))}`
}

/** Every drawing of a page has ids of its own, and a role that lets its title be read. */
function own(svg: string, prefix: string, title: string): string {
  const ids = [...svg.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id ?? '')
  const renamed = ids.reduce(
    (text, id) => {
      const escaped = id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      return text.replace(new RegExp(`(["'#\\s])${escaped}(?=["')\\s])`, 'g'), `$1${prefix}${id}`)
    },
    svg.replace(/^<\?xml[^>]*>\s*/, ''),
  )
  if (/<svg[^>]*\srole=/.test(renamed)) return renamed
  const label = title.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
  return renamed.replace('<svg', `<svg role="img" aria-label="${label}"`)
}
