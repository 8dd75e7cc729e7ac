import { isDeepStrictEqual } from 'node:util'
import { type Html, html } from '../../playground/page/html.js'
import { all } from '../../report/select.js'
import { BACKENDS, type BackendName } from '../backend.js'
import { EXPERIMENTS, type Experiment, type ExperimentName } from '../outcome.js'
import { figuresOf, type MeasuredFigure } from './charts.js'
import { type Choice, choicesOf, together, topicsOf } from './claims.js'
import { LEGEND, questionsOf, verdictOf, verdictsOf } from './glance.js'
import { byBackend, figure, plainTable, rich, trace } from './html.js'
import { DESCRIPTIONS, keptIn, labelOf, missing, outcome, type Place, present, type Results } from './results.js'
import { grouped, listed, spoken } from './words.js'

const NAMES = Object.keys(EXPERIMENTS) as ExperimentName[]

/** What a newcomer decides from. */
export function which(results: Results): Html {
  const choices = choicesOf(results)
  const [cookie, store, neither] = (['cookie', 'store', 'neither'] as const).map((side) =>
    choices.filter((one) => one.side === side),
  )
  return html`<section aria-labelledby="which">
<h2 id="which">Which one?</h2>
${
  choices.length > 0 &&
  html`<div class="sides">
<section class="side cookie"><h3>Choose the cookie when</h3>${reasons(cookie)}</section>
<section class="side store"><h3>Choose a store when</h3>${reasons(store)}</section>
</div>`
}
${
  neither?.length &&
  html`<details class="aside"><summary>What makes no difference between cookie and store</summary>
<p>The two do equally well, or equally badly, when:</p>
${reasons(neither)}</details>`
}
${atAGlance(results)}
${among(results, 'Which cookie?', 'cookie')}
${among(results, 'Which store?', 'store')}
${among(results, 'And MemoryStore?', 'app')}
</section>`
}

function reasons(choices: readonly Choice[] = []): Html {
  if (choices.length === 0) return html`<p>Nothing that was measured speaks for it.</p>`
  return html`<ul>${choices.map(
    ({ when, only, evidence }) =>
      html`<li><strong>${when}</strong>${only && ` (${only})`}<span class="evidence">${rich(evidence.join(' '))}</span></li>
`,
  )}</ul>`
}

function atAGlance(results: Results): Html {
  const questions = questionsOf(results)
  return html`<h3>Answers at a glance</h3>
<p>✓ yes, ± partly or with work, ✗ no, – does not apply. Sessions have 1 KB where nothing else is said. A figure is compared with that of sealed-session: ${LEGEND}.</p>
${byBackend({
  caption: 'What people ask, and what came out',
  corner: 'What people ask',
  missing: missing(results),
  lines: questions.map(({ asked, answers }) => ({ head: html`${asked}`, answers })),
})}
<details class="aside"><summary>Where these answers come from</summary>
${trace(results.source, 'its experiments and the medians of its measurements, by row')}
<ul>${questions.map(({ asked, from }) => html`<li>${asked}: <code>${from}</code></li>`)}</ul></details>`
}

/** In which experiments those differ that keep the session in the same place; of MemoryStore, what went wrong. */
function among(results: Results, title: string, place: Place): Html {
  const names = keptIn(place, present(results))
  if (names.length === 0) return html``
  const verdicts = (all: readonly BackendName[], one: string) => all.map((name) => outcome(results, name, one)?.verdict)
  const differing = NAMES.filter((one) =>
    place === 'app' ? verdicts(names, one).includes('bad') : new Set(verdicts(names, one)).size > 1,
  )
  const about = names.map((name) => `${labelOf(name)} is ${DESCRIPTIONS[name].about}`).join('; ')
  const so = place === 'app' ? 'These experiments went wrong' : 'The outcomes differ in these experiments'
  return html`<h3>${title}</h3><p>${about}.</p>
${differing.length > 0 && html`<p>${so}:</p><ul>${differing.map((one) => html`<li><a href="#${one}">${EXPERIMENTS[one]}</a></li>`)}</ul>`}`
}

/** The charts, with what each of them shows. */
export function measured(results: Results): Html {
  const figures = figuresOf(results)
  if (figures.length === 0) return html``
  return html`<section aria-labelledby="measured">
<h2 id="measured">What was measured</h2>
<p>Every bar has its figure beside it. Its colour says where the session is kept:
<span class="key cookie"></span> in the cookie, <span class="key app"></span> in the app’s memory, <span class="key store"></span> in a store.</p>
<div class="figures">
${figures.map((one) => figure(one, shownBy(results, one), trace(results.source, whereIs(results, one))))}
</div>
</section>`
}

function shownBy(results: Results, { metrics, facts }: MeasuredFigure): string[] {
  const topics = topicsOf(results).filter(
    (topic) =>
      topic.metrics.every((metric) => metrics.includes(metric)) &&
      facts.some((one) => isDeepStrictEqual(one, topic.facts)),
  )
  return topics.flatMap((topic) => together(results, topic, BACKENDS))
}

/** For those who want to find the figures in the raw results. */
function whereIs(results: Results, { metrics, facts }: MeasuredFigure): string {
  const variables = [...new Set(facts.flatMap(Object.keys))].map(
    (name) => `${name} ${[...new Set(facts.map((one) => one[name]))].join(', ')}`,
  )
  const taken = Math.min(...metrics.flatMap((metric) => all(results, { metric }).map(({ samples }) => samples.length)))
  const named = listed(metrics.map((metric) => `\`${metric}\``))
  return [`metric ${named}`, ...variables, taken === 1 ? 'taken once' : `medians of ${taken} samples`].join('; ')
}

/** The experiments, in a table and in plain words. */
export function tried(results: Results): Html {
  const title = html`<h2 id="tried">What happened when things went wrong</h2>`
  if (results.experiments.length === 0) {
    return html`<section aria-labelledby="tried">${title}
<p>The experiments were not tried in this recording.</p></section>`
  }
  return html`<section aria-labelledby="tried">
${title}
<p>This is what a table of numbers leaves out. Each was tried with real processes, servers and cookies, with each backend. ✓ good: the user notices nothing bad; ± mixed: something; ✗ bad: the session or a change is lost, or what should have ended goes on; – there was nothing to happen, or it could not be tried.</p>
${byBackend({
  caption: 'The experiments, and how each came out',
  corner: 'What happened',
  missing: missing(results),
  lines: NAMES.map((name) => ({
    head: html`<a href="#${name}">${EXPERIMENTS[name]}</a>`,
    answers: verdictsOf(results, name),
  })),
})}
<div class="experiments">
${NAMES.map((name) => experiment(name, results))}
</div>
</section>`
}

/** In plain words for each backend, once for those of which the same is true. */
function experiment(name: ExperimentName, { experiments, source }: Results): Html {
  const tries = experiments.filter(({ experiment }) => experiment === name)
  const groups = grouped(tries, ({ verdict, happened }) => `${verdict} ${happened}`).map(([, group]) => group)
  return html`<section class="experiment" aria-labelledby="${name}">
<h3 id="${name}">${EXPERIMENTS[name]}</h3>
${groups.length === 0 ? html`<p>It was not tried.</p>` : html`<ul class="outcomes">${groups.map(came)}</ul>`}
${facts(name, tries, source)}
</section>
`
}

function came(group: readonly Experiment[]): Html {
  const [first] = group
  if (first === undefined) return html``
  const names = listed(group.map(({ contender }) => labelOf(contender)))
  const { tone, symbol, word } = verdictOf(first)
  return html`<li><span class="badge tone ${tone}"><span class="mark" aria-hidden="true">${symbol}</span> ${word}</span> <span><strong>${names}</strong>: ${rich(first.happened)}</span></li>
`
}

function facts(name: ExperimentName, tries: readonly Experiment[], source: string): Html {
  const keys = [...new Set(tries.flatMap((one) => Object.keys(one.facts)))]
  if (keys.length === 0) return html``
  const withFacts = tries.filter((one) => Object.keys(one.facts).length > 0)
  const head = ['Fact', ...withFacts.map(({ contender }) => labelOf(contender))]
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
