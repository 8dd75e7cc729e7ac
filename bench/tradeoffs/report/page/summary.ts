import { type Html, html } from '../../../playground/page/html.js'
import { BACKENDS } from '../../backend.js'
import { labelOf } from '../backends.js'
import { type Answer, type Question, questionsOf } from '../questions/index.js'
import { type Missing, missing, type Results } from '../results.js'
import { type Choice, choicesOf, onlyWith } from '../statements/choices.js'
import { whichOf } from '../statements/which.js'
import { byBackend } from './table.js'
import { rich, trace } from './text.js'

/** What a newcomer decides from. */
export function summary(results: Results): Html {
  const choices = choicesOf(results)
  return html`<section aria-labelledby="which">
<h2 id="which">Which one?</h2>
${choices.length === 0 ? html`` : sides(choices)}
${atAGlance(results)}
${which(results)}
</section>`
}

function sides(choices: readonly Choice[]): Html {
  const of = (side: Choice['side']) => choices.filter((one) => one.side === side)
  return html`<div class="sides">
<section class="side cookie"><h3>Choose the cookie when</h3>${reasons(of('cookie'))}</section>
<section class="side store"><h3>Choose a store when</h3>${reasons(of('store'))}</section>
</div>
${neither(of('neither'))}`
}

function reasons(choices: readonly Choice[]): Html {
  if (choices.length === 0) return html`<p>Nothing that was measured speaks for it.</p>`
  return html`<ul>${choices.map(reason)}</ul>`
}

function reason({ side, when, only, evidence }: Choice): Html {
  const of = only.length === 0 ? '' : ` (${onlyWith(side, only)})`
  return html`<li><strong>${when}</strong>${of}<span class="evidence">${evidence.map(said)}</span></li>
`
}

function said(sentence: string): Html {
  return html`${rich(sentence)} `
}

function neither(choices: readonly Choice[]): Html {
  if (choices.length === 0) return html``
  return html`<details class="aside"><summary>What makes no difference between cookie and store</summary>
<p>The two do equally well, or equally badly, when:</p>
<ul>${choices.map(reason)}</ul></details>`
}

function atAGlance(results: Results): Html {
  const questions = questionsOf(results, BACKENDS)
  if (questions.length === 0) return html``
  const absent = missing(results)
  const table = byBackend({
    caption: html`What people ask, and what came out`,
    label: 'Answers at a glance',
    corner: 'What people ask',
    names: BACKENDS,
    missing: absent.map(({ contender }) => contender),
    lines: questions.map(({ asked, answers }) => ({
      head: html`${asked}`,
      cells: new Map([...answers].map(([name, answer]) => [name, answerCell(answer)])),
    })),
  })
  return html`<h3>Answers at a glance</h3>
<p>✓ yes, ± partly or with work, ✗ no, – does not apply. A figure is compared with that of sealed-session: ▲ better, △ a bit better, ≈ about the same, ▽ a bit worse, ▼ worse.</p>
${table}
${notMeasured(absent)}
<details class="aside"><summary>Where these answers come from</summary>
${trace(results.source, 'its experiments and the medians of its measurements, by row')}
<ul>${questions.map(from)}</ul></details>`
}

function from({ asked, from }: Question): Html {
  return html`<li>${asked}: <code>${from}</code></li>`
}

function answerCell({ tone, symbol, word, figure }: Answer): Html {
  const value = figure === undefined ? '' : html`<b>${figure}</b> `
  return html`<td class="tone ${tone}">${value}<span class="word"><span class="mark" aria-hidden="true">${symbol}</span> ${word}</span></td>`
}

export function notMeasured(absent: readonly Missing[]): Html {
  if (absent.length === 0) return html``
  const rows = absent.map(({ contender, why }) => html`<li><strong>${labelOf(contender)}</strong>: ${rich(why)}.</li>`)
  return html`<p class="after">Not measured here, and what to do about it:</p><ul class="missing-list">${rows}</ul>`
}

function which(results: Results): Html {
  const parts = whichOf(results)
  return html`${parts.map(
    ({ title, about, differences }) => html`<h3>${title}</h3><p>${about}</p>
<dl class="differences">${differences.map(
      ({ matter, said }) => html`<div><dt>${matter}</dt>${said.map((one) => html`<dd>${rich(one)}</dd>`)}</div>
`,
    )}</dl>`,
  )}`
}
