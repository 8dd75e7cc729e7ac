import type { CookieView, Side, Step, View } from '../view.js'
import { type Html, html } from './html.js'
import { bytes, count, counted, timeOfDay } from './words.js'

/** The same session kept by express-session, and what each step did to both. */
export function comparison({ session, cookie, other, steps }: View): Html {
  return html`<section class="panel" id="compare" aria-labelledby="compare-title">
<header><h2 id="compare-title">Side by side with express-session</h2></header>
<p class="hint">Every button also does the same to a second session, which express-session keeps in the memory of the server.</p>
<table class="sides">
<thead><tr><td></td><th scope="col">sealed-session</th><th scope="col">express-session</th></tr></thead>
<tbody>
<tr><th scope="row">Logged in</th><td>${session.user ?? 'nobody'}</td><td>${other.user ?? 'nobody'}</td></tr>
<tr><th scope="row">The browser holds</th><td>${holding(cookie)}</td>
<td>${other.cookie === undefined ? 'nothing' : `an id, ${bytes(other.cookie.length)}`}</td></tr>
<tr><th scope="row">The server keeps</th><td>nothing</td><td>${other.stored === 0 ? 'nothing' : `${counted(other.stored, 'session')} in memory`}</td></tr>
<tr><th scope="row">Data</th><td>${data(session.data, 'sealed-session')}</td><td>${data(other.data, 'express-session')}</td></tr>
</tbody>
</table>
<h3>Step by step</h3>
<div class="steps" tabindex="0" role="group" aria-label="The last steps">
${steps.length === 0 ? html`<p class="empty">You have done nothing yet. What differs will stand here, in bytes and in words.</p>` : html`<ol>${steps.map(stepOf)}</ol>`}
</div>
</section>`
}

function holding({ name, token, rejected }: CookieView): string {
  if (token === undefined) return 'nothing'
  return `${rejected ? 'a rejected cookie' : 'the session'}, ${bytes(name.length + token.length)}`
}

function data(value: Readonly<Record<string, unknown>>, side: string): Html {
  return html`<pre class="box" tabindex="0" role="group" aria-label="Data in ${side}">${JSON.stringify(value, shortened, 1)}</pre>`
}

/** A longer text is cut in the page, not in the session. */
function shortened(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > 40
    ? `${value.slice(0, 24)}… (${counted(value.length, 'character')})`
    : value
}

function stepOf({ at, title, ours, theirs, differences }: Step): Html {
  return html`<li data-key="${at} ${title}">
<p class="step-title"><strong>${title}</strong> ${timeOfDay(at)}</p>
<table>
<thead><tr><td></td><th scope="col" class="number">Up</th><th scope="col" class="number">Down</th><th scope="col" class="number">Kept</th><th scope="col" class="number">Answer</th></tr></thead>
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
  return html`<tr><th scope="row">${name}</th><td class="number">${count(bytesUp)}</td><td class="number">${count(bytesDown)}</td>
<td class="number">${count(bytesStored)}</td><td class="number">${status === 0 ? 'none' : status}</td></tr>
${error && html`<tr class="error"><td></td><td colspan="4"><code class="bad">${error}</code></td></tr>`}
`
}
