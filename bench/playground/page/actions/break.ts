import type { CookieView, View } from '../../view.js'
import { type Html, html } from '../html.js'
import { partsOf } from '../token.js'
import { form, group, press } from './form.js'

/** What somebody might do to the cookie. */
export function breaking({ cookie }: View): Html {
  return group(
    'break',
    'Break the cookie',
    'change it, cut it, move it to another name',
    false,
    cookie.token === undefined
      ? html`<p class="empty">No cookie to break. Log in, or put something in.</p>
${restore(cookie)}`
      : tools(cookie, cookie.token),
  )
}

function tools(cookie: CookieView, token: string): Html {
  const last = token.length - 1
  return html`${form(
    '/cookie/tamper',
    html`<label>Character (0 to ${last})<input type="number" name="at" min="0" max="${last}" value="${middle(token)}" required></label><button>Change it</button>`,
  )}
${form(
  '/cookie/truncate',
  html`<label>Keep the first<input type="number" name="length" min="1" max="${last}" value="${last}" required></label><button>Cut the rest</button>`,
)}
<div class="row">
${press('/cookie/tamper', 'Change any character')}
${press('/cookie/rename', 'Move it to another name')}
</div>
${restore(cookie)}
<p class="hint">${places(token)} Each of these happens to the cookie in your browser. The server finds out when it comes
back.</p>`
}

function restore({ isSaved }: CookieView): Html {
  return form('/cookie/restore', html`<button${!isSaved && html` disabled`}>Put the whole cookie back</button>`, {
    name: 'press',
  })
}

/** A character in the ciphertext. */
function middle(token: string): number {
  return Math.floor(token.length / 2)
}

function places(token: string): Html | null {
  const texts = partsOf(token)
  if (texts === undefined) return null
  const ciphertext = texts.slice(0, 3).join('.').length + 1
  const tag = ciphertext + (texts[3]?.length ?? 0) + 1
  return html`The header is 0 to ${(texts[0]?.length ?? 1) - 1}, the ciphertext ${ciphertext} to ${tag - 2}, the tag
from ${tag}.`
}
