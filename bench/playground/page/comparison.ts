import type { Side, Step } from '../state.js'
import type { CookieView, View } from '../view.js'
import { bytes, count, counted, type Html, html, timeOfDay } from './html.js'

/** The same session kept by express-session, and what each step did to both. */
export function comparison({ session, cookie, other, steps }: View): Html {
  const rows = [
    ['Logged in', session.user ?? 'nobody', other.user ?? 'nobody'],
    ['The browser holds', holding(cookie), other.cookie ? `an id, ${bytes(other.cookie.length)}` : 'nothing'],
    ['The server keeps', 'nothing', other.stored === 0 ? 'nothing' : `${counted(other.stored, 'session')} in memory`],
    ['Data', data(session.data, 'sealed-session'), data(other.data, 'express-session')],
  ] as const
  return html`<section class="panel" id="compare" aria-labelledby="compare-title">
<header><h2 id="compare-title">Side by side with express-session</h2></header>
<p class="hint">Every button also does the same to a second session, which express-session keeps in the memory of the
server.</p>
<table class="sides">
<thead><tr><td></td><th scope="col">sealed-session</th><th scope="col">express-session</th></tr></thead>
<tbody>
${rows.map(([title, ours, theirs]) => html`<tr><th scope="row">${title}</th><td>${ours}</td><td>${theirs}</td></tr>`)}
</tbody>
</table>
<h3>Step by step</h3>
<div class="steps" tabindex="0" role="group" aria-label="The last steps">
${
  steps.length === 0
    ? html`<p class="empty">You have done nothing yet. What differs will stand here, in bytes and in words.</p>`
    : html`<ol>${steps.map(stepOf)}</ol>`
}
</div>
</section>`
}

function holding({ name, token, rejected }: CookieView): string {
  if (token === undefined) return 'nothing'
  return `${rejected ? 'a rejected cookie' : 'the session'}, ${bytes(name.length + token.length)}`
}

function data(value: object, side: string): Html {
  // A longer text is cut in the page, not in the session.
  const shortened = (_key: string, value: unknown) =>
    typeof value === 'string' && value.length > 40
      ? `${value.slice(0, 24)}… (${counted(value.length, 'character')})`
      : value
  const text = JSON.stringify(value, shortened, 1)
  return html`<pre class="box" tabindex="0" role="group" aria-label="Data in ${side}">${text}</pre>`
}

function stepOf({ at, title, ours, theirs, differences }: Step): Html {
  const columns = ['Up', 'Down', 'Kept', 'Answer'].map((name) => html`<th scope="col" class="number">${name}</th>`)
  return html`<li data-key="${at} ${title}">
<p class="step-title"><strong>${title}</strong> ${timeOfDay(at)}</p>
<table>
<thead><tr><td></td>${columns}</tr></thead>
<tbody>${sideRow('sealed', ours)}${sideRow('express', theirs)}</tbody>
</table>
${
  differences.length === 0
    ? html`<p class="hint">Both did the same.</p>`
    : html`<ul class="differences">${differences.map((text) => html`<li>${text}</li>`)}</ul>`
}
</li>
`
}

function sideRow(name: string, { bytesUp, bytesDown, bytesStored, status, error }: Side): Html {
  const cells = [count(bytesUp), count(bytesDown), count(bytesStored), status === 0 ? 'none' : status]
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>
${error && html`<tr class="error"><td></td><td colspan="4"><code class="bad">${error}</code></td></tr>`}
`
}
