import type { SessionView, View } from '../view.js'
import { type Html, html } from './html.js'
import { relative } from './words.js'

interface Stop {
  readonly title: string
  readonly at: number | undefined
  readonly says: string
}

/** When the session began, slides and ends. The stops are evenly spaced, as a day beside a week would be a dot. */
export function lifetime({ session, now }: View): Html {
  const stops = stopsOf(session)
  return html`<section class="panel" id="lifetime" aria-labelledby="lifetime-title">
<header><h2 id="lifetime-title">When the session ends</h2></header>
<p class="hint">${identity(session)} The server checks both timeouts with every request, whatever the browser keeps.</p>
<div id="timeline">
<svg class="line" height="16" aria-hidden="true">${line(stops, now)}</svg>
<ol class="stops">
${stops.map(
  ({ title, at, says }) =>
    html`<li><strong>${title}</strong> ${at === undefined ? html`<span class="quiet">–</span>` : relative(at, now)} <span class="hint">${says}</span></li>`,
)}
</ol>
</div>
</section>`
}

function identity({ id, isNew }: SessionView): Html {
  if (id === undefined) return html`The session gets an id with its first data.`
  return html`The session's id is <code>${id}</code>${isNew ? ', new with this request' : ''}.`
}

function stopsOf({ createdAt, slides, idleEnd, absoluteEnd }: SessionView): readonly Stop[] {
  const endsWithBrowser = createdAt !== undefined && idleEnd === undefined
  return [
    { title: 'Began', at: createdAt, says: 'with its first data' },
    { title: 'Slides', at: slides, says: 'a use from then on makes it last longer' },
    { title: 'Ends unused', at: idleEnd, says: endsWithBrowser ? 'with the browser' : 'the idle timeout' },
    { title: 'Ends anyway', at: absoluteEnd, says: 'the absolute timeout' },
  ]
}

function line(stops: readonly Stop[], now: number): Html {
  const here = (100 * position(stops, now)) / stops.length
  const end = (100 * (stops.length - 1)) / stops.length
  const hasBegun = stops[0]?.at !== undefined
  return html`<rect class="ahead" x="0" y="7" width="${percent(end)}" height="2"></rect>
${hasBegun && html`<rect class="passed" x="0" y="6" width="${percent(here)}" height="4"></rect>`}
${stops.map((_, index) => html`<circle class="stop" cx="${percent((100 * index) / stops.length)}" cy="8" r="4"></circle>`)}
${hasBegun && html`<circle class="now" cx="${percent(here)}" cy="8" r="6"></circle>`}`
}

/** How many stops have passed, with the fraction of the way to the next one. */
function position(stops: readonly Stop[], now: number): number {
  const next = stops.findIndex(({ at }) => at !== undefined && at > now)
  if (next === -1) return stops.length - 1
  const last = stops.slice(0, next).findLastIndex(({ at }) => at !== undefined)
  const [from = now, to = now] = [stops[last]?.at, stops[next]?.at]
  return last === -1 ? 0 : last + ((next - last) * (now - from)) / (to - from)
}

function percent(number: number): string {
  return `${number.toFixed(2)}%`
}
