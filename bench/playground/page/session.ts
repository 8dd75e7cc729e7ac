import type { CookieView, View } from '../view.js'
import { type Html, html } from './html.js'
import { REJECTIONS } from './rejections.js'
import { timeline } from './timeline.js'
import { tree } from './tree.js'

/** The session as the app sees it. */
export function seen({ session, cookie, now }: View): Html {
  const isEmpty = Object.keys(session.data).length === 0
  return html`<section class="panel" id="session" aria-labelledby="session-title">
<header><h2 id="session-title">What the app sees</h2><code class="aside">req.session</code></header>
<div class="box tall" tabindex="0" role="group" aria-label="The data">
${rejection(cookie)}
${isEmpty ? cookie.rejected === null && empty : tree(session.data)}
</div>
<p class="hint id">${identity(session.id, session.isNew)}</p>
${timeline(session, now)}
</section>`
}

const empty = html`<p class="empty">Nothing yet. A session without data needs no cookie. Log in, or put something in.</p>`

/** It stands where the data would be, so nothing moves when a cookie is rejected. */
function rejection({ token, rejected, isSaved }: CookieView): Html | null {
  if (token === undefined || rejected === null) return null
  return html`<div class="notice bad" id="rejection"><p><strong>Nothing: the cookie does not open. <code>${rejected}</code></strong></p>
<p>${REJECTIONS[rejected]}</p>
${isSaved && html`<form method="post" action="/cookie/restore"><button class="small">Put the whole cookie back</button></form>`}
<p>So the session begins empty. It is no error, as anybody could send such a cookie, which stays until a new one takes its
place.</p>
</div>`
}

function identity(id: string | undefined, isNew: boolean): Html {
  if (id === undefined) return html`It gets an id with its first data.`
  return html`Its id is <code>${id}</code>${isNew ? ', new with this request' : ''}.`
}
