import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { form } from './form.js'

/** Logging in and out. */
export function account({ session }: View): Html {
  return html`<div class="group account" id="account">
${session.user === undefined ? logIn : logOut(session.user)}
</div>`
}

const logIn = html`${form(
  '/log-in',
  html`<label>Your name<input name="name" required maxlength="80" autocomplete="off" autocapitalize="words"></label>
<button class="primary">Log in</button>`,
)}<p class="hint">Any name will do. <code>await req.session.regenerate()</code> begins an empty session with a new id.</p>`

function logOut(user: string): Html {
  return html`${form('/log-out', html`<p class="who">Logged in as <strong>${user}</strong></p><button>Log out</button>`)}
<p class="hint"><code>await req.session.destroy()</code> ends the session and removes the cookie.</p>`
}
