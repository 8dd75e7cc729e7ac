import type { KeyCost, Session, SessionSize } from '../../lib/index.js'
import { type Html, html } from './html.js'

/** What the cookie costs against the limit, and which keys cost most. */
export function sizeCard(session: Session): Html {
  return html`<section class="card" aria-labelledby="size">
<h2 id="size">What it costs <code>req.session.size</code></h2>
${session.isPopulated ? size(session.size, removeButton) : html`<p class="empty">Nothing in it, so nothing is sent.</p>`}
</section>`
}

/**
 * A meter, and every key with its share, dearest first.
 *
 * @param action what can be done with a key, if anything can
 */
export function size({ bytes, limit, remaining, largest }: SessionSize, action?: typeof removeButton): Html {
  const rest = remaining < 0 ? `${count(-remaining)} too many` : `${count(remaining)} left`
  const envelope = bytes - largest.reduce((sum, share) => sum + share.bytes, 0)
  return html`<p class="total"><strong>${count(bytes)}</strong> of ${count(limit)} bytes, ${rest}</p>
<meter aria-label="Size of the cookie" min="0" max="${limit}" low="${Math.round(limit * 0.7)}"
 high="${Math.round(limit * 0.9)}" optimum="0" value="${bytes}">${bytes} of ${limit} bytes</meter>
<table>
<thead><tr><th scope="col">Key</th><th scope="col">Share</th><th scope="col" class="number">Bytes</th>
${action && html`<td></td>`}</tr></thead>
<tbody>
${largest.map((share) => row(html`<code>${share.key}</code>`, share.bytes, limit, action && cell(action(share))))}
${row(html`Name, header, id, times, tag`, envelope, limit, action && cell())}
</tbody>
</table>`
}

function row(name: Html, bytes: number, limit: number, last: Html | undefined): Html {
  return html`<tr>
<th scope="row">${name}</th>
<td><meter class="share" aria-label="Share of the limit" min="0" max="${limit}" value="${bytes}"></meter></td>
<td class="number">${count(bytes)}</td>
${last}
</tr>
`
}

function cell(content?: Html): Html {
  return html`<td class="action">${content}</td>`
}

function removeButton({ key }: KeyCost): Html {
  return html`<form method="post" action="/remove">
<input type="hidden" name="key" value="${key}">
<button class="small">Remove<span class="unseen"> ${key}</span></button>
</form>`
}

function count(bytes: number): string {
  return bytes.toLocaleString('en')
}
