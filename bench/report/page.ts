import { isDeepStrictEqual } from 'node:util'
import { STEPS } from '../contenders/servers.js'
import { bytes, listed, type Print, spread, whole } from '../measure/print.js'
import { all, find, value, variants } from '../measure/samples.js'
import { type Html, html } from '../playground/page/html.js'
import {
  digits,
  gigabytes,
  type Measured,
  measuredIn,
  type Resources,
  requestOf,
  tablesFor,
  USUAL,
  VERSIONS,
} from '../tradeoffs/model/model.js'
import { BACKENDS, EXPERIMENTS, type Experiment, type ExperimentName, type Place } from '../tradeoffs/outcome.js'
import {
  labelOf,
  METRICS,
  type Metric,
  missing,
  NOT_MEASURED,
  OURS,
  outcome,
  present,
  sizeName,
  sorted,
  total,
} from './backends.js'
import { type Chart, chartsOf, drawn, panelsOf } from './charts.js'
import {
  answerOf,
  beside,
  type Choice,
  choicesOf,
  EXACT,
  grouped,
  type Margin,
  STEADY,
  together,
  topicsOf,
} from './claims.js'
import { LEGEND, questionsOf, verdictOf, verdictsOf } from './glance.js'
import { byBackend, plainTable, rich, trace } from './markup.js'
import { ageOf, dayOf, filled, type Results } from './recordings.js'

const NAMES = Object.keys(EXPERIMENTS) as ExperimentName[]

/** The report: one HTML file, without scripts, which loads nothing. The same results always make the same file. */
export function reportPage(template: string, results: Results): string {
  const { machine, source, method: how } = results
  const { bytes, read, write } = USUAL
  const percent = (share: number) => html`${Math.round(share * 100)}`
  const values: Readonly<Record<string, Html>> = {
    answer: rich(answerOf(results)),
    recorded: html`Recorded ${dayOf(results)} with Node ${machine['node']} on ${machine['cpu']}, ${machine['cores']} cores.${
      String(how['quick']) === 'true' &&
      html` <strong>This was a quick run, which visits everything once: its figures say little.</strong>`
    }`,
    source: html`${source}`,
    sides: sides(results),
    legend: html`${LEGEND}`,
    glance: glance(results),
    'differing-cookies': differing(results, 'cookie'),
    'differing-stores': differing(results, 'store'),
    'wrong-in-memory': differing(results, 'app'),
    ...Object.fromEntries(chartsOf(results).map((one) => [`chart-${one.id}`, chart(results, one)])),
    ...Object.fromEntries(scaleCharts(measuredIn(results))),
    cliff: cliff(results),
    tried: tried(results),
    reading: percent(read),
    changing: percent(write),
    neither: percent(1 - read - write),
    bytes: html`${whole(bytes)}`,
    'per-connection': html`${USUAL['per-connection']}`,
    scale: scale(results),
    method: method(results),
    medians: html`${(Object.keys(METRICS) as Metric[]).map((metric) => ofMetric(results, metric))}`,
  }
  const texts = Object.entries(values).map(([name, { text }]) => [name, text] as const)
  return filled(template, { ...Object.fromEntries(texts), age: ageOf({ 'these figures': results }) })
}

/** What a newcomer decides from. */
function sides(results: Results): Html {
  const choices = choicesOf(results)
  const of = (side: Choice['side']) => choices.filter((one) => one.side === side)
  if (choices.length === 0) return html``
  return html`<div class="sides">
<section class="side cookie"><h3>Choose the cookie when</h3>${reasons(of('cookie'))}</section>
<section class="side store"><h3>Choose a store when</h3>${reasons(of('store'))}</section>
</div>
${
  of('neither').length > 0 &&
  html`<details class="aside"><summary>What makes no difference between cookie and store</summary>
<p>The two do equally well, or equally badly, when:</p>
${reasons(of('neither'))}</details>`
}`
}

function reasons(choices: readonly Choice[]): Html {
  if (choices.length === 0) return html`<p>Nothing that was measured speaks for it.</p>`
  return html`<ul>${choices.map(
    ({ when, only, evidence }) =>
      html`<li><strong>${when}</strong>${only && ` (${only})`}<span class="evidence">${rich(evidence.join(' '))}</span></li>
`,
  )}</ul>`
}

function glance(results: Results): Html {
  const questions = questionsOf(results)
  return html`${byBackend({
    caption: 'What people ask, and what came out',
    corner: 'What people ask',
    missing: missing(results),
    lines: questions.map(({ asked, answers }) => ({ head: html`${asked}`, answers })),
  })}
<details class="aside"><summary>Where these answers come from</summary>
${trace(results.source, 'its experiments and the medians of its measurements, by row')}
<ul>${questions.map(({ asked, from }) => html`<li>${asked}: <code>${from}</code></li>`)}</ul></details>`
}

/** In which experiments those differ that keep the session in the same place; of the app's memory, what went wrong. */
function differing(results: Results, place: Place): Html {
  const names = NAMES.filter((one) => {
    const verdicts = present(results, place).map((name) => outcome(results, name, one)?.verdict)
    return place === 'app' ? verdicts.includes('bad') : new Set(verdicts).size > 1
  })
  if (names.length === 0) return html`<p>There are none.</p>`
  return html`<ul>${names.map((one) => html`<li><a href="#${one}">${EXPERIMENTS[one]}</a></li>`)}</ul>`
}

/** The panels of a chart, and what they show in words. */
function chart(results: Results, one: Chart): Html {
  const shown = topicsOf(results).filter(({ metrics, facts }) =>
    one.views.some((view) => isDeepStrictEqual(view.facts, facts) && metrics.every((is) => view.metrics.includes(is))),
  )
  return html`${drawn(one.id, panelsOf(results, one))}
${inWords(shown.flatMap((topic) => together(results, topic, BACKENDS)))}`
}

function inWords(sentences: readonly string[]): Html {
  return html`<ul class="shown">${sentences.map((one) => html`<li>${one}</li>`)}</ul>`
}

/** From which size on a cookie is sent whole over HTTP/2, if that was measured. */
function cliff(results: Results): Html {
  const sizes = variants<number>(all(results, { metric: 'h2UpNear' }), 'json').sort((a, b) => a - b)
  if (sizes.length === 0) return html``
  const up = (contender: string, json: number) => value(results, { contender, metric: 'h2UpNear', json }) ?? Number.NaN
  const after = sizes.find((size, at) => at > 0 && up(OURS, size) > 2 * up(OURS, sizes[at - 1] ?? 0))
  const before = after === undefined ? undefined : sizes[sizes.indexOf(after) - 1]
  const found =
    after === undefined || before === undefined
      ? `Between ${whole(sizes[0] ?? 0)} and ${whole(sizes.at(-1) ?? 0)} bytes of JSON, no such step was measured with sealed-session.`
      : `With sealed-session, a request that reads a session of ${whole(before)} bytes of JSON takes ${bytes(up(OURS, before))} up, and one with ${whole(after)} bytes takes ${bytes(up(OURS, after))}.`
  const rows = present(results).map((name) => [labelOf(name), ...sizes.map((json) => bytes(up(name, json)))])
  return html`<h3 id="cliff">Where HTTP/2 stops compressing a cookie</h3>
<p>HTTP/2 keeps headers that were sent in a table of 4 KB, and refers to them. A cookie that is too large for the table is sent whole with every request. ${found}</p>
${plainTable('Bytes up of a request that reads the session over HTTP/2, by bytes of its JSON', ['', ...sizes.map(whole)], rows, 'figures-table')}
${trace(results.source, 'metric `h2UpNear`')}`
}

/** The experiments, in a table and in plain words. */
function tried(results: Results): Html {
  if (results.experiments.length === 0) return html`<p>The experiments were not tried in this recording.</p>`
  return html`<p>This is what a table of numbers leaves out. Each was tried with real processes, servers and cookies, with each backend. ✓ good: the user notices nothing bad; ± mixed: something; ✗ bad: the session or a change is lost, or what should have ended goes on; – there was nothing to happen, or it could not be tried.</p>
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
</div>`
}

/** In plain words for each backend, once for those of which the same is true. */
function experiment(name: ExperimentName, { experiments, source }: Results): Html {
  const tries = experiments.filter(({ experiment }) => experiment === name)
  const groups = grouped(tries, ({ verdict, happened }) => `${verdict} ${happened}`)
  const came = ([first, ...rest]: readonly Experiment[]) => {
    if (first === undefined) return html``
    const names = listed([first, ...rest].map(({ contender }) => labelOf(contender)))
    const { tone, symbol, word } = verdictOf(first)
    return html`<li><span class="badge tone ${tone}"><span class="mark" aria-hidden="true">${symbol}</span> ${word}</span> <span><strong>${names}</strong>: ${rich(first.happened)}</span></li>
`
  }
  return html`<section class="experiment" aria-labelledby="${name}">
<h3 id="${name}">${EXPERIMENTS[name]}</h3>
${groups.length === 0 ? html`<p>It was not tried.</p>` : html`<ul class="outcomes">${groups.map(([, group]) => came(group))}</ul>`}
${facts(name, tries, source)}
</section>
`
}

function facts(name: ExperimentName, tries: readonly Experiment[], source: string): Html {
  const withFacts = tries.filter((one) => Object.keys(one.facts).length > 0)
  const keys = [...new Set(withFacts.flatMap((one) => Object.keys(one.facts)))]
  if (keys.length === 0) return html``
  const said = (fact: number | string | boolean | undefined) => {
    if (fact === undefined) return '–'
    if (typeof fact === 'boolean') return fact ? 'yes' : 'no'
    return typeof fact === 'number' ? String(Number(fact.toFixed(1))) : fact
  }
  const head = ['Fact', ...withFacts.map(({ contender }) => labelOf(contender))]
  const rows = keys.map((key) => [spoken(key), ...withFacts.map((one) => said(one.facts[key]))])
  return html`<details><summary>The facts behind it</summary>
${plainTable(`Facts: ${EXPERIMENTS[name]}`, head, rows)}
${trace(source, `experiment \`${name}\`, its \`facts\``)}</details>`
}

/** What sessions take of servers and lines, however many there are. */
function scale(results: Results): Html {
  const measured = measuredIn(results)
  const without = present(results).filter((name) => measured.every((one) => one.name !== name))
  const never = missing(results).map(({ contender }) => labelOf(contender))
  return html`${
    never.length > 0 &&
    html`<p>${listed(never)} ${never.length === 1 ? 'was' : 'were'} not measured in this recording. The tables say so, and no figure is guessed.</p>`
  }
${
  without.length > 0 &&
  html`<p>Not all that ${listed(without.map(labelOf))} took could be measured, so there are no figures here.</p>`
}
${tablesFor(measured, USUAL).map(({ caption, head, rows }) => plainTable(caption, head, rows, 'figures-table'))}`
}

/** By their names in the page. */
function scaleCharts(measured: readonly Measured[]): [string, Html][] {
  const one = new Map(measured.map((of) => [of.name, requestOf(of, USUAL)]))
  type View = readonly [title: string, about: string, parts: (of: Resources) => number[]]
  const chart = (id: string, print: Print, margin: Margin, views: readonly View[]): [string, Html] => {
    const panels = views.map(([title, , partsOf]) => {
      const rows = BACKENDS.map((name) => {
        const parts = [one.get(name)].flatMap((of) => (of === undefined ? [] : partsOf(of)))
        return { name, parts, text: parts.length === 0 ? NOT_MEASURED : print(total(parts)) }
      })
      return { title, rows }
    })
    const sentences = views.flatMap(([, about, partsOf]) =>
      beside(about, new Map([...one].map(([name, of]) => [name, total(partsOf(of))])), print, margin),
    )
    return [
      `chart-${id}`,
      html`${drawn(id, panels)}
${inWords(sentences)}`,
    ]
  }
  const wires = VERSIONS.map((http): View => {
    return [http, `Bytes over ${http} for a million requests`, ({ up, down }) => [up[http], down[http]]]
  })
  return [
    chart('scale-cpu', (value) => `${digits(value)} s`, STEADY, [
      ['Seconds', 'CPU for a million requests', ({ appCpu, storeCpu }) => [appCpu, storeCpu]],
    ]),
    chart('scale-wire', (value) => gigabytes(value * 1e6), EXACT, wires),
  ]
}

function method({ machine, versions, method, date, commit }: Results): Html {
  const recorded = { recorded: `${date.slice(0, 16).replace('T', ' ')} UTC`, commit, ...machine }
  const capital = (key: string) => spoken(key).replace(/^./, (first) => first.toUpperCase())
  const spokenNames = (all: object) => Object.entries(all).map(([key, value]) => [capital(key), String(value)])
  return html`<div class="facts">
${plainTable('This recording', ['What', 'Value'], spokenNames(recorded))}
${plainTable('Settings', ['What', 'Value'], spokenNames(method))}
${plainTable('Versions', ['What', 'Value'], Object.entries(versions))}
</div>`
}

/** Every figure that was measured. */
function ofMetric(results: Results, metric: Metric): Html {
  const views = viewsOf(results, metric)
  const [title, print] = METRICS[metric]
  const rows = BACKENDS.map((contender) => {
    const cells = views.map(({ facts }) => spread(find(results, { contender, metric, ...facts }), print))
    return [labelOf(contender), ...(present(results).includes(contender) ? cells : [NOT_MEASURED])]
  })
  return html`<details><summary>${title}</summary>
${plainTable(title, ['Session in', ...views.map(({ title }) => title)], rows, 'figures-table')}
${trace(results.source, `metric \`${metric}\``)}</details>
`
}

function viewsOf(results: Results, metric: Metric) {
  if (metric === 'firstAnswer') return [{ title: 'first answer', facts: {} }]
  if (metric === 'memoryApp' || metric === 'memoryStore') {
    return sorted(results, 'sessions').map((sessions) => ({ title: `${sessions} sessions`, facts: { sessions } }))
  }
  return sorted(results, 'size').flatMap((size) =>
    STEPS.map((step) => ({ title: `${step}, ${sizeName(size)}`, facts: { step, size } })),
  )
}

/** `stillSignedIn` as `still signed in`. */
function spoken(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase()
    .replace('gi b', 'in GiB')
}
