import type { Session } from '../../lib/index.js'
import { type Html, html, scrollBox } from './html.js'

const HOUR = 60 * 60 * 1000
/** A longer text is cut in the page, not in the session. */
const LONGEST_TEXT = 48

/** The session as the app sees it. */
export function sessionCard(session: Session): Html {
  return html`<section class="card" aria-labelledby="session">
<h2 id="session">What the app sees <code>req.session</code></h2>
${session.isPopulated ? contents(session) : empty}
</section>`
}

const empty = html`<p class="empty">Nothing yet. A session without data needs no cookie.</p>`

function contents(session: Session): Html {
  return html`<dl class="facts">
<div><dt>Id</dt><dd><code>${session.id}</code></dd></div>
${ending(session.cookie)}
</dl>
${scrollBox('Data as JSON', JSON.stringify(session, shorten, 2))}`
}

function ending({ expires, originalMaxAge }: Session['cookie']): Html {
  if (expires === null || originalMaxAge === null) return html`<div><dt>Ends</dt><dd>with the browser</dd></div>`
  return html`<div><dt>Ends</dt><dd>${time(expires)} unless used before</dd></div>
<div><dt>Slides</dt><dd>when used in the second half of its ${originalMaxAge / HOUR} hours</dd></div>`
}

const inWords = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

function time(date: Date): Html {
  return html`<time datetime="${date.toISOString()}">${inWords.format(date)} UTC</time>`
}

function shorten(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value
  return `${value.slice(0, LONGEST_TEXT)}… (${value.length} characters)`
}
