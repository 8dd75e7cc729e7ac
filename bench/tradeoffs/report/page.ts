import { type Html, html, Html as Markup } from '../../playground/page/html.js'
import { spread } from '../../report/numbers.js'
import { find } from '../../report/select.js'
import { BACKENDS } from '../backend.js'
import { scale } from '../model/section.js'
import { METRICS } from '../outcome.js'
import { answerOf } from './claims.js'
import { plainTable, rich, trace } from './html.js'
import {
  amountsIn,
  DESCRIPTIONS,
  labelOf,
  METRIC,
  type Metric,
  present,
  type Results,
  STEPS,
  sizeName,
  sizesIn,
} from './results.js'
import { measured, tried, which } from './sections.js'
import { STYLE } from './style.js'
import { capital, spoken } from './words.js'

const CONTENTS = [
  ['which', 'Which one?'],
  ['measured', 'What was measured'],
  ['tried', 'What happened when things went wrong'],
  ['scale', 'What it takes at scale'],
  ['method', 'How it was measured'],
  ['medians', 'All figures'],
] as const

/** The report: one HTML file, without scripts, which loads nothing. The same results always make the same file. */
export function reportPage(results: Results): string {
  const { machine, date, source, method: how } = results
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Cookie or store? Sessions for Express, compared</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="eyebrow">sealed-session · measured, not told</p>
<h1>Cookie or store?</h1>
<p class="dek">What it takes to keep an Express session in a cookie, in memory or in a store, and what happens to it when things go wrong.</p>
<p class="answer">${rich(answerOf(results))}</p>
<p class="recorded">Recorded ${date.slice(0, 10)} with Node ${machine['node']} on ${machine['cpu']}, ${machine['cores']} cores. ${
    String(how['quick']) === 'true' &&
    html`<strong>This was a quick run, which visits everything once: its figures say little.</strong> `
  }Every figure is computed from <code>${source}</code>.</p>
<nav aria-label="Contents"><ul>${CONTENTS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${which(results)}
${measured(results)}
${tried(results)}
${scale(results)}
${method(results)}
${medians(results)}
</main>
</body>
</html>
`.text
}

function method({ machine, versions, method, date, commit }: Results): Html {
  const facts = { recorded: `${date.slice(0, 16).replace('T', ' ')} UTC`, commit, ...machine }
  const rows = (all: Readonly<Record<string, string | number>>, name: (key: string) => string) =>
    Object.entries(all).map(([key, value]) => [name(key), String(value)])
  const inWords = (key: string) => capital(spoken(key))
  return html`<section aria-labelledby="method">
<h2 id="method">How it was measured</h2>
<p>There is one Express app, and the same journeys for every backend: sign in, ask for a page that does not use the session, one that reads it, one that changes it. Each backend is set up as its documentation says, with sessions of the same data and lifetime.</p>
<p>App and load are processes of their own, and so is each store, on loopback. Backends take turns, round after round, so that whatever else the machine does hits all of them. A figure is the median of its samples.</p>
<p>CPU is that of all threads of the app, and of all processes of the store, divided by the requests that were served. Bytes are counted by a relay between client and app, headers included, TCP and TLS left out. Memory is what app and store have grown by, as the system sees it. The experiments are tried with real processes and servers: stopped, killed, slowed down and copied.</p>
<p>App, load and store share the machine, as they do not in production: a store that does work takes it from the app. So compare the figures with each other, and read the CPU figures for what each needs.</p>
<p>To do the same: <code>npm run bench:tradeoffs</code> in a clone of the repository, after <code>npm install</code>.
It starts the servers that it finds, says what to install for the others, and ends in this report.</p>
<div class="facts">
${plainTable('This recording', ['What', 'Value'], rows(facts, inWords))}
${plainTable('Settings', ['What', 'Value'], rows(method, inWords))}
${plainTable(
  'Versions',
  ['What', 'Value'],
  rows(versions, (key) => key),
)}
</div>
${plainTable(
  'Who took part',
  ['Name', 'What it is'],
  BACKENDS.map((name) => [labelOf(name), DESCRIPTIONS[name].about]),
)}
</section>`
}

/** Every figure that was measured, and every statement that was made of them. */
function medians(results: Results): Html {
  return html`<section aria-labelledby="medians">
<h2 id="medians">All figures</h2>
<p>The median of each, and between which values half of its samples lie where there are several.</p>
${METRICS.map((metric) => ofMetric(results, metric))}
</section>`
}

function ofMetric(results: Results, metric: Metric): Html {
  const views = viewsOf(results, metric)
  const { title, print } = METRIC[metric]
  const rows = BACKENDS.map((contender) => {
    const cells = views.map(({ facts }) => spread(find(results, { contender, metric, ...facts }), print))
    return [labelOf(contender), ...(present(results).includes(contender) ? cells : ['not measured here'])]
  })
  return html`<details><summary>${title}</summary>
${plainTable(title, ['Session in', ...views.map(({ title }) => title)], rows, 'figures-table')}
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
