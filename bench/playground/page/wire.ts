import type { Exchange, View } from '../view.js'
import { eventItem } from './events.js'
import { type Html, html } from './html.js'
import { colouredLine } from './token.js'
import { count, timeOfDay } from './words.js'

/** So many of the newest exchanges are shown in full. */
const IN_FULL = 2

/** The last requests: cookies up, cookies down, and what the middleware reported. */
export function wire({ exchanges }: View): Html {
  return html`<section class="panel" id="wire" aria-labelledby="wire-title">
<header><h2 id="wire-title">On the wire</h2><code class="aside">diagnostics_channel</code></header>
<p class="hint">These are the last requests of this browser, newest first: the lines that carry the session, and the
events of the middleware. The small cookie by which the playground tells browsers apart is left out.</p>
${exchanges.length === 0 && html`<p class="empty">There is no request yet. The next one will stand here.</p>`}
${exchanges.slice(0, IN_FULL).map(full)}
${exchanges.length > IN_FULL && html`<div class="earlier" id="earlier"><h3>Before that</h3>${exchanges.slice(IN_FULL).map(folded)}</div>`}
</section>`
}

function full(exchange: Exchange): Html {
  return html`<article class="exchange"><h3 class="request">${request(exchange)}</h3>
${lines(exchange)}</article>
`
}

function folded(exchange: Exchange): Html {
  const { at, method, path } = exchange
  return html`<details class="exchange" data-key="${at} ${method} ${path}"><summary class="request">${request(exchange)}</summary>
${lines(exchange)}</details>
`
}

function request({ at, who, method, path, status }: Exchange): Html {
  const kind = status >= 500 ? 'bad' : status >= 400 ? 'fair' : 'fine'
  return html`<span class="method">${method}</span> <span class="path">${path}</span> <span class="answer ${kind}">${status}</span>
${who === 'the thief' && html`<span class="chip bad">the thief</span>`} ${timeOfDay(at)}`
}

function lines({ cookie, setCookie, events }: Exchange): Html {
  return html`<div class="lines">
${cookie === undefined ? html`<p class="hint">No Cookie line.</p>` : line('Cookie', 'up', cookie)}
${setCookie.map((value) => line('Set-Cookie', 'down', value))}
${setCookie.length === 0 && html`<p class="hint">No Set-Cookie line: the browser keeps what it has.</p>`}
${events.length > 0 && html`<ul class="events">${events.map(eventItem)}</ul>`}
</div>`
}

function line(name: string, way: string, value: string): Html {
  return html`<div class="header-line ${way}"><p class="header-name">${name} <span class="hint">${way}, ${count(name.length + 2 + value.length)} B</span></p>
<p class="box wrapped token" tabindex="0" role="group" aria-label="${name} line">${colouredLine(value)}</p></div>
`
}
