import type { View } from '../view.js'
import { type Html, html } from './html.js'
import { ICON } from './icon.js'

/** What it is in one sentence, how things stand, and the four things to know. */
export function masthead(view: View): Html {
  return html`<header class="masthead" id="masthead">
<p class="brand"><img src="${ICON}" alt="" width="28" height="28"><strong>sealed-session</strong> playground</p>
<h1>The whole session, sealed in one cookie</h1>
<p class="lead">The server encrypts it, the browser keeps it, and nothing is stored anywhere else. Change the session,
watch the cookie, and try to break it.</p>
<ul class="chips" aria-label="How things stand">
${user(view)}
${seal(view)}
${scheme(view)}
</ul>
${facts}
</header>`
}

function user({ session }: View): Html {
  return session.user === undefined
    ? html`<li class="chip">Not logged in</li>`
    : html`<li class="chip good">Logged in as <strong>${session.user}</strong></li>`
}

function seal({ cookie, keys }: View): Html {
  if (cookie.token === undefined) return html`<li class="chip">No cookie yet</li>`
  if (cookie.rejected) return html`<li class="chip bad">Cookie rejected: <code>${cookie.rejected}</code></li>`
  const key = keys.find(({ sealedThis }) => sealedThis)
  return key === undefined
    ? html`<li class="chip">The cookie opens</li>`
    : html`<li class="chip">Sealed with the ${key.state} key <code>${key.kid}</code></li>`
}

function scheme({ isSecure }: View): Html {
  return isSecure
    ? html`<li class="chip good">https: the cookie is Secure and <code>__Host-Http-</code></li>`
    : html`<li class="chip">Plain http: fine on your own machine</li>`
}

const facts = html`<dl class="facts">
<div><dt>What is in the cookie</dt><dd>Everything: the session's id, its times and your data. The server keeps no copy, so
it can restart and you stay logged in. <a href="#server">Restart it</a></dd></div>
<div><dt>What cannot be read</dt><dd>All but its first part, which names the key. Change one character anywhere, and
nothing of it opens any more. <a href="#break">Break it</a></dd></div>
<div><dt>What happens at 4 KB</dt><dd>Browsers drop larger cookies without a word. So the app gets an error, and the
browser keeps the cookie that it had. <a href="#size">Fill it</a></dd></div>
<div><dt>When not to use it</dt><dd>When a copied cookie must die at log-out, no parallel write may be lost, or 4 KB are
too few. <a href="#not">Read why</a></dd></div>
</dl>`
