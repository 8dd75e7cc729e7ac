import { type Html, html } from '../../../playground/page/html.js'
import { BACKENDS, type BackendName } from '../../backend.js'
import { EXPERIMENTS, type Experiment, type ExperimentName } from '../../outcome.js'
import { labelOf, labelsOf } from '../backends.js'
import { missing, type Results } from '../results.js'
import { VERDICTS, wordOf } from '../verdicts.js'
import { grouped, listed, spoken } from '../words.js'
import { notMeasured } from './summary.js'
import { byBackend, plainTable } from './table.js'
import { rich, trace } from './text.js'

const NAMES = Object.keys(EXPERIMENTS) as ExperimentName[]

export function experiments(results: Results): Html {
  if (results.experiments.length === 0) {
    return html`<section aria-labelledby="tried"><h2 id="tried">What happened when things went wrong</h2>
<p>The experiments were not tried in this recording.</p></section>`
  }
  const absent = missing(results)
  const of = (experiment: ExperimentName) => results.experiments.filter((one) => one.experiment === experiment)
  return html`<section aria-labelledby="tried">
<h2 id="tried">What happened when things went wrong</h2>
<p>What a table of numbers leaves out. Each was tried with real processes, servers and cookies, with each backend. ✓ good: the user notices nothing bad; ± mixed: something; ✗ bad: the session or a change is lost, or what should have ended goes on; – there was nothing to happen, or it could not be tried.</p>
${byBackend({
  caption: html`The experiments, and how each came out`,
  label: 'The experiments',
  corner: 'What happened',
  names: BACKENDS,
  missing: absent.map(({ contender }) => contender),
  lines: NAMES.map((name) => ({
    head: html`<a href="#${name}">${EXPERIMENTS[name]}</a>`,
    cells: new Map(of(name).map((one) => [one.contender, verdictCell(one)])),
  })),
})}
${notMeasured(absent)}
<div class="experiments">
${NAMES.map((name) => told(name, of(name), results.source))}
</div>
</section>`
}

function verdictCell(one: Experiment): Html {
  const { verdict } = one
  const { symbol } = VERDICTS[verdict]
  const tone = verdict === 'none' ? 'plain' : verdict
  return html`<td class="tone ${tone}"><span class="mark" aria-hidden="true">${symbol}</span> <span class="word">${wordOf(one)}</span></td>`
}

/** In plain words for each backend, once for those of which the same is true. */
function told(name: ExperimentName, all: readonly Experiment[], source: string): Html {
  const groups = grouped(all, ({ verdict, happened }) => `${verdict} ${happened}`).map(([, group]) => group)
  return html`<section class="experiment" aria-labelledby="${name}">
<h3 id="${name}">${EXPERIMENTS[name]}</h3>
${groups.length === 0 ? html`<p>It was not tried.</p>` : html`<ul class="outcomes">${groups.map(outcome)}</ul>`}
${facts(name, all, source)}
</section>
`
}

function outcome(group: readonly Experiment[]): Html {
  const [first] = group
  if (first === undefined) return html``
  const { symbol } = VERDICTS[first.verdict]
  const tone = first.verdict === 'none' ? 'plain' : first.verdict
  const names = listed(labelsOf(group.map(({ contender }) => contender)))
  return html`<li><span class="badge tone ${tone}"><span class="mark" aria-hidden="true">${symbol}</span> ${wordOf(first)}</span> <span><strong>${names}</strong>: ${rich(first.happened)}</span></li>
`
}

function facts(name: ExperimentName, all: readonly Experiment[], source: string): Html {
  const withFacts = all.filter((one) => Object.keys(one.facts).length > 0)
  if (withFacts.length === 0) return html``
  const keys = [...new Set(withFacts.flatMap((one) => Object.keys(one.facts)))]
  const head = ['Fact', ...withFacts.map(({ contender }) => labelOf(contender as BackendName))]
  const rows = keys.map((key) => [spoken(key), ...withFacts.map((one) => said(one.facts[key]))])
  return html`<details><summary>The facts behind it</summary>
${plainTable(`Facts: ${EXPERIMENTS[name]}`, head, rows)}
${trace(source, `experiment \`${name}\`, its \`facts\``)}</details>`
}

function said(fact: number | string | boolean | undefined): string {
  if (fact === undefined) return '–'
  if (typeof fact === 'boolean') return fact ? 'yes' : 'no'
  return typeof fact === 'number' ? String(Number(fact.toFixed(1))) : fact
}
