import type { Rejection } from '../../../lib/index.js'
import type { CookieView, View } from '../view.js'
import { press } from './actions.js'
import { count, counted, type Html, html, relative } from './html.js'

/** A longer text is cut in the page, not in the session. */
const LONGEST_TEXT = 60

export function seen({ session, cookie }: View): Html {
  const isEmpty = Object.keys(session.data).length === 0
  const { user } = session
  const nothing =
    cookie.rejected === null &&
    html`<p class="empty">The session is empty, so it needs no cookie. Log in,
or add a tea.</p>`
  return html`<section class="panel" id="session" aria-labelledby="session-title">
<header><h2 id="session-title">Your app sees</h2>${
    user === undefined
      ? html`<span class="chip">Not logged in</span>`
      : html`<span class="chip good">Logged in as <strong>${user}</strong></span>`
  }</header>
<div class="box tall" tabindex="0" role="group" aria-label="The data in req.session">
${rejection(cookie, session.rejected)}
${isEmpty ? nothing : branch(session.data, 'tree')}
</div>
</section>`
}

/** Data as JSON brought them back, each with its type. */
function branch(data: object, name: string): Html {
  return html`<ul class="${name}">
${Object.entries(data).map(([key, value]) => leaf(key, value))}
</ul>`
}

function leaf(key: string, value: unknown): Html {
  const isHolder = typeof value === 'object' && value !== null
  const text = preview(value)
  return html`<li data-key="${key}"><span class="key">${key}</span> <span class="type">${typeOf(value)}</span>
${isHolder ? Object.keys(value).length > 0 && branch(value, 'branch') : html`<span class="value">${text}</span>`}
</li>
`
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'array, empty' : `array of ${count(value.length)}`
  if (typeof value === 'object') {
    const keys = Object.keys(value).length
    return keys === 0 ? 'object, empty' : `object, ${counted(keys, 'key')}`
  }
  if (typeof value !== 'string') return typeof value
  return value.length > LONGEST_TEXT ? `text, ${counted(value.length, 'character')}` : 'text'
}

function preview(value: unknown): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value
}

/** Why a cookie does not open, in plain words. */
const REJECTIONS: Readonly<Record<Rejection, string>> = {
  malformed: 'It is not a token of this format: something is missing or was added, so there is nothing to decrypt.',
  'too-long': 'It is longer than any cookie that the server writes, so nothing of it was decoded.',
  'missing-key':
    'The key that its header names is not on the ring: it was revoked or dropped, or another server made it.',
  tampered: 'The tag does not fit the rest: a character was changed, or the cookie was sealed for another name.',
  future: 'It says that it was sealed in the future: the clocks of two servers are apart.',
  absolute: 'The session is older than any session may become, however often it was used.',
  idle: 'The session was not used for too long.',
  expired: 'The end that was sealed into it has passed.',
  ended: 'This session was logged out in this browser, and a late response brought its cookie back. The guard saw it.',
  schema: 'The cookie itself is fine, but its data have another shape than this version of the app expects.',
  unproven: 'The session is bound to a device, and nothing proved that the request came from there.',
  unbound: 'The session is bound to no device, and its time without one is over.',
  invalidated: 'The cookie itself is fine, but the app was asked (validate) and said that this session may not go on.',
}

function rejection({ token, rejected, isSaved }: CookieView, told: string | undefined): Html | null {
  if (token === undefined || rejected === null) return null
  return html`<div class="notice bad" id="rejection">
<p><strong>The cookie does not open: <code>${rejected}</code></strong></p>
<p>${REJECTIONS[rejected]} The app gets an empty session, and no error${
    told && html`: <code>req.session.rejected</code> is <code>${told}</code>`
  }.</p>
${isSaved ? press('/cookie/restore', 'Put the whole cookie back') : press('/reset', 'Start over')}
</div>`
}

/** When the session began, slides and ends. The stops are evenly spaced, as a day beside a week would be a dot. */
export function lifetime({ session, settings, now }: View): Html {
  const { id, isNew, createdAt, slides, idleEnd, absoluteEnd } = session
  const sliding = settings.slide ? 'a use from then on makes it last longer' : 'only with a change'
  const stops = [
    { title: 'Began', at: createdAt, says: 'with its first data' },
    { title: 'Slides', at: slides, says: sliding },
    { title: 'Ends unused', at: idleEnd, says: 'expiresAt, which each use moves' },
    { title: 'Ends anyway', at: absoluteEnd, says: 'the absolute timeout' },
  ]
  const identity =
    id === undefined
      ? html`The session gets an id with its first data.`
      : html`The session's id is <code>${id}</code>${isNew ? ', new with this request' : ''}.`
  return html`<section class="panel" id="lifetime" aria-labelledby="lifetime-title">
<header><h2 id="lifetime-title">When the session ends</h2><code class="aside">req.session.expiresAt</code></header>
<p class="hint">${identity} The server checks both timeouts with every request, whatever the browser keeps.</p>
<div id="timeline">
<svg class="line" height="16" aria-hidden="true">${line(stops, now)}</svg>
<ol class="stops">
${stops.map(
  ({ title, at, says }) => html`<li><strong>${title}</strong>
${at === undefined ? html`<span class="quiet">–</span>` : relative(at, now)} <span class="hint">${says}</span></li>`,
)}
</ol>
</div>
</section>`
}

type Stops = readonly { readonly at: number | undefined }[]

function line(stops: Stops, now: number): Html {
  const percent = (position: number) => `${((100 * position) / stops.length).toFixed(2)}%`
  const here = percent(positionOf(stops, now))
  const hasBegun = stops[0]?.at !== undefined
  return html`<rect class="ahead" x="0" y="7" width="${percent(stops.length - 1)}" height="2"></rect>
${hasBegun && html`<rect class="passed" x="0" y="6" width="${here}" height="4"></rect>`}
${stops.map((_, index) => html`<circle class="stop" cx="${percent(index)}" cy="8" r="4"></circle>`)}
${hasBegun && html`<circle class="now" cx="${here}" cy="8" r="6"></circle>`}`
}

/** How many stops have passed, with the fraction of the way to the next one. */
function positionOf(stops: Stops, now: number): number {
  const next = stops.findIndex(({ at }) => at !== undefined && at > now)
  if (next === -1) return stops.length - 1
  const last = stops.slice(0, next).findLastIndex(({ at }) => at !== undefined)
  const [from = now, to = now] = [stops[last]?.at, stops[next]?.at]
  return last === -1 ? 0 : last + ((next - last) * (now - from)) / (to - from)
}
