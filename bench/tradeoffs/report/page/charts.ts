import { type Html, html } from '../../../playground/page/html.js'
import { BACKENDS } from '../../backend.js'
import type { Figure } from '../charts/figure.js'
import { figuresOf } from '../charts/figures.js'
import { roundsOf } from '../figures.js'
import type { Results } from '../results.js'
import { type Comparison, comparisonsOf, inFewWords } from '../statements/comparisons.js'
import { listed } from '../words.js'
import { drawing, trace } from './text.js'

export function charts(results: Results): Html {
  const figures = figuresOf(results, BACKENDS)
  if (figures.length === 0) return html``
  const comparisons = comparisonsOf(results)
  return html`<section aria-labelledby="measured">
<h2 id="measured">What was measured</h2>
<p>Every bar has its figure beside it. Its colour says where the session is kept:
<span class="key cookie"></span> in the cookie, <span class="key app"></span> in the app’s memory, <span class="key store"></span> in a store.</p>
<div class="figures">
${figures.map((figure) => chart(results, figure, comparisons))}
</div>
</section>`
}

function chart(results: Results, figure: Figure, comparisons: readonly Comparison[]): Html {
  const { id, title, about, panels, metrics, facts, topics } = figure
  const shown = inFewWords(comparisons.filter(({ topic }) => topics.includes(topic.id)))
  const taken = roundsOf(results, metrics)
  const from = `metric ${listed(metrics.map((metric) => `\`${metric}\``))}; ${facts}; ${taken === 1 ? 'taken once' : `medians of ${taken} samples`}`
  return html`<figure class="columns-${Math.min(3, panels.length)}" aria-labelledby="${id}">
<figcaption><h3 id="${id}">${title}</h3><p>${about}${parts(figure)}</p></figcaption>
<div class="panels">
${panels.map((panel) => html`<div class="panel"><p class="panel-title">${panel.title}</p>${drawing(panel.svg)}</div>`)}
</div>
${shown.length === 0 ? html`` : html`<ul class="shown">${shown.map((one) => html`<li>${one}</li>`)}</ul>`}
${trace(results.source, from)}
</figure>
`
}

function parts({ parts: [first, second], drawn }: Figure): Html {
  if (first === undefined || second === undefined) return html``
  if (drawn === 'ranges') return html` <span class="parts">● ${first}, ◆ ${second}.</span>`
  return html` <span class="parts"><span class="key solid"></span> ${first}, <span class="key hatched"></span> ${second}; the figure is both together.</span>`
}
