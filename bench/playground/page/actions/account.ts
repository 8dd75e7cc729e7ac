import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { form, group } from './form.js'

/** Logging in and out. */
export function account({ session: { user } }: View): Html {
  return user === undefined
    ? group('account', 'Log in', logIn, before)
    : group('account', 'Log out', logOut(user), after)
}

const logIn = form(
  '/log-in',
  html`<label class="beside">Name<input name="name" value="Ada" required maxlength="80" autocomplete="off" autocapitalize="words"></label>
<button class="primary">Log in</button>`,
)

const before = html`<code>regenerate()</code> gives the session a new id.`

function logOut(user: string): Html {
  return form(
    '/log-out',
    html`<p class="who">You are <strong>${user}</strong>.</p><button class="primary">Log out</button>`,
  )
}

const after = html`<code>destroy()</code> ends the session, and the answer removes the cookie.`
