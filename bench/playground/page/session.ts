import type { CookieView, SessionView, View } from '../view.js'
import { press } from './actions/form.js'
import { type Html, html } from './html.js'
import { REJECTIONS } from './rejections.js'
import { tree } from './tree.js'

/** The session as the app sees it. */
export function seen({ session, cookie }: View): Html {
  const isEmpty = Object.keys(session.data).length === 0
  return html`<section class="panel" id="session" aria-labelledby="session-title">
<header><h2 id="session-title">Your app sees</h2>${user(session)}</header>
<div class="box tall" tabindex="0" role="group" aria-label="The data in req.session">
${rejection(cookie)}
${isEmpty ? cookie.rejected === null && empty : tree(session.data)}
</div>
</section>`
}

function user({ user }: SessionView): Html {
  return user === undefined
    ? html`<span class="chip">Not logged in</span>`
    : html`<span class="chip good">Logged in as <strong>${user}</strong></span>`
}

const empty = html`<p class="empty">The session is empty, so it needs no cookie. Log in, or add a tea.</p>`

function rejection({ token, rejected, isSaved }: CookieView): Html | null {
  if (token === undefined || rejected === null) return null
  return html`<div class="notice bad" id="rejection"><p><strong>The cookie does not open: <code>${rejected}</code></strong></p>
<p>${REJECTIONS[rejected]} The app gets an empty session, and no error.</p>
${isSaved ? press('/cookie/restore', 'Put the whole cookie back') : press('/reset', 'Start over')}
</div>`
}
