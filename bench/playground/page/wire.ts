import type { SessionEvent } from '../../../lib/index.js'
import type { Exchange } from '../record.js'
import type { View } from '../view.js'
import { colouredLine } from './cookie.js'
import { bytes, count, type Html, html, timeOfDay } from './html.js'

/** So many of the newest exchanges are shown in full. */
const IN_FULL = 2

/** The last requests: cookies up, cookies down, and what the middleware reported. */
export function wire({ exchanges }: View): Html {
  const earlier = exchanges.slice(IN_FULL)
  return html`<section class="panel" id="wire" aria-labelledby="wire-title">
<header><h2 id="wire-title">On the wire</h2><code class="aside">diagnostics_channel</code></header>
<p class="hint">These are the last requests of this browser, newest first: the lines that carry the session, and the
events of the middleware. The small cookie by which the playground tells browsers apart is left out.</p>
${exchanges.slice(0, IN_FULL).map(
  (exchange) => html`<article class="exchange"><h3 class="request">${request(exchange)}</h3>
${lines(exchange)}</article>
`,
)}
${
  earlier.length > 0 &&
  html`<div class="earlier" id="earlier"><h3>Before that</h3>${earlier.map(
    (exchange) => html`<details class="exchange" data-key="${exchange.at} ${exchange.method} ${exchange.path}">
<summary class="request">${request(exchange)}</summary>
${lines(exchange)}</details>
`,
  )}</div>`
}
</section>`
}

function request({ at, isThief, method, path, status }: Exchange): Html {
  const kind = status >= 500 ? 'bad' : status >= 400 ? 'fair' : 'fine'
  return html`<span class="method">${method}</span> <span class="path">${path}</span>
<span class="answer ${kind}">${status}</span>
${isThief && html`<span class="chip bad">the thief</span>`} ${timeOfDay(at)}`
}

function lines({ cookie, setCookie, events }: Exchange): Html {
  return html`<div class="lines">
${cookie === undefined ? html`<p class="hint">No Cookie line.</p>` : line('Cookie', 'up', cookie)}
${setCookie.map((value) => line('Set-Cookie', 'down', value))}
${setCookie.length === 0 && html`<p class="hint">No Set-Cookie line: the browser keeps what it has.</p>`}
${
  events.length > 0 &&
  html`<ul class="events">${events.map(
    (event) => html`<li><code class="event ${kindOf(event)}">${event.type}</code> ${inWords(event)}</li>
`,
  )}</ul>`
}
</div>`
}

function line(name: string, way: string, value: string): Html {
  const size = count(name.length + 2 + value.length)
  return html`<div class="header-line ${way}">
<p class="header-name">${name} <span class="hint">${way}, ${size} B</span></p>
<p class="box wrapped token" tabindex="0" role="group" aria-label="${name} line">${colouredLine(value)}</p></div>
`
}

function kindOf({ type }: SessionEvent): string {
  if (type === 'cleared' || type === 'challenged') return 'fair'
  return ['rejected', 'migration-failed', 'overflow', 'device-refused'].includes(type) ? 'bad' : 'fine'
}

/** An event of the middleware, in words. */
function inWords(event: SessionEvent): Html {
  switch (event.type) {
    case 'opened':
      return html`with key <code>${event.kid}</code>`
    case 'sealed':
      return html`${bytes(event.bytes)} with key <code>${event.kid}</code>`
    case 'resealed':
      return html`from key <code>${event.oldKid}</code> to key <code>${event.kid}</code>`
    case 'rejected':
      return html`as <code>${event.reason}</code>${event.paths?.map((path) => html`, at <code>${path}</code>`)}${
        event.kid && html`, naming key <code>${event.kid}</code>`
      }`
    case 'renewed':
      return html`its last use is kept beside it, with key <code>${event.kid}</code>`
    case 'device-refused':
      return html`at the ${event.step}, as <code>${event.reason}</code>`
    case 'overflow':
      return html`${count(event.bytes)} of ${bytes(event.limit)}: nothing was sent`
    case 'migrated':
    case 'migration-failed':
      return html`from <code>${event.from}</code>`
    default:
      return html`${IN_WORDS[event.type]}`
  }
}

const IN_WORDS = {
  offered: 'the browser may bind it to its device',
  registered: 'the browser has made a key for it',
  challenged: 'the browser is to prove its key',
  proved: 'the browser has proved its key',
  bound: 'it names the key of its device now',
  cleared: 'the cookie is removed',
}
