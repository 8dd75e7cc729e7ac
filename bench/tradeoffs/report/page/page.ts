import { type Html, html, Html as Markup } from '../../../playground/page/html.js'
import type { ModelSection } from '../model-section.js'
import type { Results } from '../results.js'
import { answerOf } from '../statements/answer.js'
import { STYLE } from '../style/style.js'
import { charts } from './charts.js'
import { experiments } from './experiments.js'
import { medians } from './medians.js'
import { method } from './method.js'
import { scale } from './scale.js'
import { summary } from './summary.js'

const CONTENTS = [
  ['which', 'Which one?'],
  ['measured', 'What was measured'],
  ['tried', 'What happened when things went wrong'],
  ['scale', 'What it costs at scale'],
  ['method', 'How it was measured'],
  ['medians', 'All figures'],
] as const

/** The whole report: one file without scripts, which loads nothing. */
export function page(results: Results, model: ModelSection): Html {
  const body = html`<header>
<p class="eyebrow">sealed-session · measured, not told</p>
<h1>Cookie or store?</h1>
<p class="dek">What it takes to keep an Express session in a cookie, in memory or in a store, and what happens to it when things go wrong.</p>
<p class="answer">${answerOf(results)}</p>
<p class="recorded">Recorded ${results.date.slice(0, 10)} with Node ${results.machine['node'] ?? ''} on ${results.machine['cpu'] ?? ''}, ${results.machine['cores'] ?? ''} cores. ${hurried(results)}Every figure is computed from <code>${results.source}</code>.</p>
<nav aria-label="Contents"><ul>${CONTENTS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${summary(results)}
${charts(results)}
${experiments(results)}
${scale(model, results.source)}
${method(results)}
${medians(results)}
</main>`
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
${body}
</body>
</html>
`
}

/** Nobody is to decide from a run that only wants to know whether everything works. */
function hurried({ method }: Results): Html {
  return String(method['quick']) === 'true'
    ? html`<strong>This was a quick run, which visits everything once: its figures say little.</strong> `
    : html``
}
