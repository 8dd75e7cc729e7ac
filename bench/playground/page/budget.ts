import type { SessionSize } from '../../../lib/index.js'
import type { View } from '../view.js'
import { bar, colourOf, envelopeOf, hatching } from './bar.js'
import { type Html, html } from './html.js'
import { bytes, count } from './words.js'

/** What the cookie costs against the limit, and which keys cost most. */
export function budget({ session, cookie }: View): Html {
  const { nginxAt } = session
  const isEmpty = Object.keys(session.data).length === 0
  const size = isEmpty ? nothing(session.size) : session.size
  return html`<section class="panel" id="budget" aria-labelledby="budget-title">
<header><h2 id="budget-title">What it costs</h2><code class="aside">req.session.size</code></header>
<p class="total"><strong>${count(size.bytes)}</strong> of ${bytes(size.limit)}, ${rest(size)}</p>
${bar(size, nginxAt)}
<p class="hint verdict">${verdict(size, nginxAt, cookie.rejected !== null)}</p>
<div class="box table-box" tabindex="0" role="group" aria-label="Bytes by key">
<table>
<thead><tr><th scope="col">Key</th><th scope="col" class="number">Bytes</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>
${size.largest.map((share, index) => row(colourOf(index), html`<code>${share.key}</code>`, share.bytes, size.limit))}
${isEmpty ? emptyRow : row('share-envelope', html`name, header, id, times, tag`, envelopeOf(size), size.limit)}
</tbody>
</table>
</div>
${hatching}
</section>`
}

/** A session without data is not sent, so it costs nothing, whatever it would have cost. */
function nothing({ limit }: SessionSize): SessionSize {
  return { bytes: 0, limit, remaining: limit, largest: [] }
}

function rest({ remaining }: SessionSize): string {
  return remaining < 0 ? `${count(-remaining)} too many` : `${count(remaining)} left`
}

function verdict({ bytes, remaining }: SessionSize, nginxAt: number, isRejected: boolean): Html {
  if (bytes === 0) {
    return isRejected
      ? html`The browser still sends the rejected cookie, and the session is empty.`
      : html`The session is empty, so nothing is sent. The limit is the browser's: it counts the name and value of one cookie.`
  }
  if (remaining < 0) return html`It does not fit. The app gets <code>ERR_SESSION_OVERFLOW</code>, and nothing is sent.`
  if (bytes >= nginxAt) {
    return html`Browsers take it. But nginx as it comes reads 4,096 bytes of a response's head, and answers 502 for more:
<code>proxy_buffer_size 8k</code> mends that.`
  }
  return html`It fits everywhere. The browser sends it with every request, and gets it back with every change.`
}

function row(colour: string, name: Html, bytes: number, limit: number): Html {
  return html`<tr><th scope="row"><span class="named"><svg width="12" height="12" aria-hidden="true"><rect class="${colour}" width="12" height="12" rx="3"></rect></svg>${name}</span></th>
<td class="number">${count(bytes)}</td><td class="number">${((100 * bytes) / limit).toFixed(1)} %</td></tr>
`
}

const emptyRow = html`<tr><th scope="row" class="quiet">no key yet</th><td class="number">0</td><td class="number">0.0 %</td></tr>`
