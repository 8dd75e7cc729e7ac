import type { SessionError, SessionSize } from '../../../lib/index.js'
import type { Problem } from '../problems.js'
import type { SessionView, View } from '../view.js'
import { bytes, count, type Html, html, type Value } from './html.js'

/** So many keys have a colour of their own; the rest share one. */
const COLOURS = 6

export function budget({ session, cookie }: View): Html {
  const { nginxAt } = session
  const size = sizeOf(session)
  const none = html`<tr><th scope="row" class="quiet">no key yet</th><td class="number">0</td>
<td class="number">0.0 %</td></tr>`
  const { remaining } = size
  return html`<section class="panel" id="budget" aria-labelledby="budget-title">
<header><h2 id="budget-title">What it costs</h2><code class="aside">req.session.size</code></header>
<p class="total"><strong>${count(size.bytes)}</strong> of ${bytes(size.limit)},
${remaining < 0 ? `${count(-remaining)} too many` : `${count(remaining)} left`}</p>
${bar(size, nginxAt)}
<p class="hint verdict">${verdict(size, nginxAt, cookie.rejected !== null)}</p>
<div class="box table-box" tabindex="0" role="group" aria-label="Bytes by key">
<table>
<thead><tr><th scope="col">Key</th><th scope="col" class="number">Bytes</th>
<th scope="col" class="number">Share</th></tr></thead>
<tbody>
${size.largest.map(({ key, bytes }, index) => row(colourOf(index), html`<code>${key}</code>`, bytes, size.limit))}
${size.bytes === 0 ? none : row('share-envelope', 'name, header, id, times, tag', envelopeOf(size), size.limit)}
</tbody>
</table>
</div>
<svg class="unseen" aria-hidden="true" width="0" height="0"><defs>
<pattern id="hatching" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="hatch" width="8" height="8"></rect><rect class="hatch-line" width="4" height="8"></rect>
</pattern></defs></svg>
</section>`
}

/** A session without data is not sent, so it costs nothing, whatever it would have cost. */
function sizeOf({ data, size }: SessionView): SessionSize {
  return Object.keys(data).length > 0 ? size : { bytes: 0, limit: size.limit, remaining: size.limit, largest: [] }
}

function verdict({ bytes, remaining }: SessionSize, nginxAt: number, isRejected: boolean): Html {
  if (bytes === 0) {
    return isRejected
      ? html`The browser still sends the rejected cookie, and the session is empty.`
      : html`The session is empty, so nothing is sent. The limit is the browser's: it counts the name and value of one
cookie.`
  }
  if (remaining < 0) return html`It does not fit. The app gets <code>ERR_SESSION_OVERFLOW</code>, and nothing is sent.`
  if (bytes < nginxAt) {
    return html`It fits everywhere. The browser sends it with every request, and gets it back with every change.`
  }
  return html`Browsers take it. But nginx as it comes reads 4,096 bytes of a response's head, and answers 502 for more:
<code>proxy_buffer_size 8k</code> mends that.`
}

function row(colour: string, name: Value, bytes: number, limit: number): Html {
  return html`<tr><th scope="row"><span class="named"><svg width="12" height="12" aria-hidden="true">
<rect class="${colour}" width="12" height="12" rx="3"></rect></svg>${name}</span></th>
<td class="number">${count(bytes)}</td><td class="number">${((100 * bytes) / limit).toFixed(1)} %</td></tr>
`
}

/** What the cookie has beside the data: its name, the header, the id and the times, and the tag. */
function envelopeOf({ bytes, largest }: Omit<SessionSize, 'remaining'>): number {
  return bytes - largest.reduce((sum, share) => sum + share.bytes, 0)
}

/** The class of the colour that a key has in the bar and in the table, by its place in `largest`. */
function colourOf(index: number): string {
  return index < COLOURS ? `share-${index + 1}` : 'share-rest'
}

/** The cookie against its limit, key by key; what is beyond the limit is hatched. */
function bar(size: Omit<SessionSize, 'remaining'>, nginxAt: number): Html {
  const { bytes: used, limit, largest } = size
  const full = Math.max(limit, used)
  const place = (at: number) => `${((100 * at) / full).toFixed(3)}%`
  let from = 0
  const segment = (key: string, bytes: number, colour: string) => {
    const x = place(from)
    from += bytes
    return html`<rect class="${colour}" data-key="${key}" x="${x}" width="${place(bytes)}" height="30"></rect>`
  }
  const first = largest[0] ? `, of which ${largest[0].key} has ${count(largest[0].bytes)}` : ''
  const nginx = `${used >= nginxAt ? 'above' : 'below'} the ${count(nginxAt)} at which default nginx fails`
  const isOver = used > limit
  return html`<div class="bar" role="img" aria-label="${count(used)} of ${bytes(limit)}${first}; ${nginx}">
<svg class="mark" height="22"><text x="${place(nginxAt)}" dx="-6" y="14" text-anchor="end">nginx: 502 from
${count(nginxAt)}</text><rect class="tick" x="${place(nginxAt)}" y="3" width="2" height="19"></rect></svg>
<svg class="track" height="30">
${segment('envelope', envelopeOf(size), 'share-envelope')}
${largest.map(({ key, bytes }, index) => segment(`data ${key}`, bytes, colourOf(index)))}
${
  isOver &&
  html`<rect class="over" x="${place(limit)}" width="${place(used - limit)}" height="30"
fill="url(#hatching)"></rect>`
}
<rect class="tick" x="${place(nginxAt)}" width="2" height="30"></rect>
${isOver && html`<rect class="edge" x="${place(limit)}" width="3" height="30"></rect>`}
</svg>
<svg class="mark" height="20"><text x="${place(limit)}" y="15" text-anchor="end">the limit: ${count(limit)}</text></svg>
</div>`
}

/** What went wrong with the last step. The focus is put on it, with script and without. */
export function problem({ status, title, explanation, error }: Problem, { nginxAt }: SessionView): Html {
  return html`<section class="panel problem" id="problem" role="alert" tabindex="-1" autofocus
aria-labelledby="problem-title">
<header><h2 id="problem-title">${title}</h2>
<span class="status-code" title="The status of the answer">${status}</span></header>
<p>${explanation}</p>
${error?.code === 'ERR_SESSION_OVERFLOW' && overflow(error, nginxAt)}
${
  error &&
  html`<p class="hint">What the error handler of the app got:</p>
<pre class="box"><code>${error.code}: ${error.message}</code></pre>`
}
<p class="row"><a class="button" href="/" data-dismiss>Go on</a></p>
</section>`
}

function overflow({ bytes: used = 0, limit = 0, largest = [] }: SessionError, nginxAt: number): Html {
  return html`<p class="total"><strong>${bytes(used)}</strong> needed, ${count(limit)} allowed:
${count(used - limit)} too many</p>
${bar({ bytes: used, limit, largest }, nginxAt)}`
}

/** What the last step did, always in sight. */
export function status({ steps, session, cookie, problem }: View): Html {
  const { bytes: used, limit } = sizeOf(session)
  const full = `${(100 * Math.min(1, used / limit)).toFixed(2)}%`
  const verdict = cookie.rejected ? 'bad' : used >= session.nginxAt ? 'fair' : 'fine'
  const verdictText = cookie.rejected ? `rejected: ${cookie.rejected}` : `${count(used)} / ${count(limit)} B`
  return html`<footer class="status" id="status">
<p class="last" id="last">${
    problem ? html`<strong>${problem.title}.</strong> <a href="#problem">See why</a>` : last(steps[0])
  }</p>
<p class="used"><svg class="mini" height="8" aria-hidden="true">
<rect class="mini-used" width="${full}" height="8"></rect></svg> <span class="${verdict}">${verdictText}</span></p>
</footer>`
}

function last(step: View['steps'][0] | undefined): Html {
  if (step === undefined) return html`<strong>Nothing done yet.</strong> Add a tea, and watch the cookie change.`
  const { title, ours, differences } = step
  return html`<strong>${title}${ours.error && `: ${ours.error}`}.</strong>
<span>${differences[0]}</span> <span>${count(ours.bytesUp)} B of cookies went up, and ${count(ours.bytesDown)} B came
down.</span>`
}
