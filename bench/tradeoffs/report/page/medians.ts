import { type Html, html } from '../../../playground/page/html.js'
import { spread } from '../../../report/numbers.js'
import { find } from '../../../report/select.js'
import { BACKENDS, type BackendName } from '../../backend.js'
import { METRICS } from '../../outcome.js'
import { labelOf } from '../backends.js'
import { amountsIn, METRIC, type Metric, STEPS, sizeName, sizesIn } from '../figures.js'
import { present, type Results } from '../results.js'
import { choicesOf } from '../statements/choices.js'
import { comparisonsOf } from '../statements/comparisons.js'
import { plainTable, scrolling } from './table.js'
import { rich, trace } from './text.js'

/** Every figure that was measured, and every statement that was made of them. */
export function medians(results: Results): Html {
  return html`<section aria-labelledby="medians">
<h2 id="medians">All figures</h2>
<p>The median of each, and between which values half of its samples lie where there are several.</p>
${METRICS.map((metric) => ofMetric(results, metric))}
${statements(results)}
</section>`
}

function ofMetric(results: Results, metric: Metric): Html {
  const views = viewsOf(results, metric)
  const { title, print } = METRIC[metric]
  const there = present(results)
  const rows = BACKENDS.map((name) => {
    const cells = there.includes(name)
      ? views.map(({ facts }) => html`<td>${spread(find(results, { contender: name, metric, ...facts }), print)}</td>`)
      : html`<td class="none" colspan="${views.length}">not measured here</td>`
    return html`<tr><th scope="row">${labelOf(name as BackendName)}</th>${cells}</tr>`
  })
  return html`<details><summary>${title}</summary>
${scrolling(
  title,
  html`<table class="figures-table"><caption>${title}</caption>
<thead><tr><th scope="col">Session in</th>${views.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
)}
${trace(results.source, `metric \`${metric}\``)}</details>
`
}

function viewsOf(results: Results, metric: Metric) {
  if (metric === 'firstAnswer') return [{ title: 'first answer', facts: {} }]
  if (metric === 'memoryApp' || metric === 'memoryStore') {
    return amountsIn(results).map((sessions) => ({ title: `${sessions} sessions`, facts: { sessions } }))
  }
  return sizesIn(results).flatMap((size) =>
    STEPS.map((step) => ({ title: `${step}, ${sizeName(size)}`, facts: { step, size } })),
  )
}

function statements(results: Results): Html {
  const all = [...choicesOf(results), ...comparisonsOf(results)]
  if (all.length === 0) return html``
  return html`<details><summary>Every statement that rests on these figures, and what a second recording must say, too</summary>
${plainTable(
  'Statements',
  ['Statement', 'Claim', 'In words'],
  all.map(({ id, claim, sentence }) => [html`<code>${id}</code>`, claim, rich(sentence)]),
)}</details>`
}
