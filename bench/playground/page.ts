import type { Session } from '../../lib/index.js'
import { type Cookie, cookieCard } from './cookie-card.js'
import { type Html, html } from './html.js'
import { layout } from './layout.js'
import { sessionCard } from './session-card.js'
import { sizeCard } from './size-card.js'

/** What the page shows. */
export interface View {
  readonly session: Session
  readonly user: string | undefined
  readonly cookie: Cookie
  readonly isKeyGenerated: boolean
}

export function page({ session, user, cookie, isKeyGenerated }: View): Html {
  return layout(
    'sealed-session playground',
    html`<h1>The whole session, sealed in one cookie</h1>
<p class="lead">The server encrypts it, the browser keeps it, and nothing is stored anywhere else. Change the session and
watch the cookie.</p>
${keyNotice(isKeyGenerated)}
<div class="columns">
<div>${user ? logOut(user) : logIn}${sessionCard(session)}${addCard}</div>
<div>${sizeCard(session)}${cookieCard(cookie)}</div>
</div>`,
  )
}

function keyNotice(isGenerated: boolean): Html {
  return isGenerated
    ? html`<p class="notice">The key was generated when the server started, so a restart ends every session. To keep
them, set <code>SESSION_KEYS</code>.</p>`
    : html`<p class="notice">The keys are those of <code>SESSION_KEYS</code>: sessions survive a restart.</p>`
}

const logIn = html`<section class="card" aria-labelledby="account">
<h2 id="account">Log in</h2>
<form method="post" action="/login" class="row">
<label>Your name<input name="name" required maxlength="80" autocomplete="off" autocapitalize="words"></label>
<button class="primary">Log in</button>
</form>
<p class="hint">Any name will do. <code>await req.session.regenerate()</code> starts an empty session with a new id.</p>
</section>`

function logOut(user: string): Html {
  return html`<section class="card" aria-labelledby="account">
<form method="post" action="/logout" class="account">
<h2 id="account">Logged in as <span class="name">${user}</span></h2>
<button>Log out</button>
</form>
<p class="hint"><code>await req.session.destroy()</code> ends the session and removes the cookie.</p>
</section>`
}

const addCard = html`<section class="card" aria-labelledby="add">
<h2 id="add">Add to it</h2>
<form method="post" action="/add" class="row">
<label>Key<input name="key" required autocomplete="off" autocapitalize="none" spellcheck="false"></label>
<label>Value<input name="value" autocomplete="off"></label>
<button>Add</button>
</form>
<form method="post" action="/fill" class="fill">
<button>Add 500 bytes</button>
<p class="hint">They cost about 680 in the cookie. Keep going to see what happens at the limit.</p>
</form>
</section>`
