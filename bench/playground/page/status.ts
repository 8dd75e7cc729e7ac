import type { Step, View } from '../view.js'
import { type Html, html } from './html.js'
import { count } from './words.js'

/** What the last step did, always in sight. */
export function status({ steps, session, cookie, problem }: View): Html {
  const { limit } = session.size
  const used = Object.keys(session.data).length === 0 ? 0 : session.size.bytes
  return html`<footer class="status" id="status">
<p class="last" id="last">${problem ? refused(problem.title) : last(steps[0])}</p>
<p class="used"><svg class="mini" height="8" aria-hidden="true"><rect class="mini-used" width="${(100 * Math.min(1, used / limit)).toFixed(2)}%" height="8"></rect></svg>
<span class="${cookie.rejected ? 'bad' : used >= session.nginxAt ? 'fair' : 'fine'}">${cookie.rejected ? html`rejected: ${cookie.rejected}` : html`${count(used)} / ${count(limit)} B`}</span></p>
</footer>`
}

function refused(title: string): Html {
  return html`<strong>${title}.</strong> <a href="#problem">See why</a>`
}

function last(step: Step | undefined): Html {
  if (step === undefined) return html`<strong>Nothing done yet.</strong> Add a tea, and watch the cookie change.`
  const { title, ours, differences } = step
  return html`<strong>${title}${ours.error && html`: ${ours.error}`}.</strong>
<span>${differences[0]}</span> <span>${count(ours.bytesUp)} B of cookies went up, and ${count(ours.bytesDown)} B came down.</span>`
}
