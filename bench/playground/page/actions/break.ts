import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { partsOf } from '../token.js'
import { fold, form, group, press } from './form.js'

/** What an attacker, or an accident, does to the cookie. */
export function breaking({ cookie }: View): Html {
  const { token } = cookie
  const at = token === undefined ? '' : String(middle(token))
  return group(
    'break',
    'Break the cookie',
    html`<div class="row">
${press('/cookie/tamper', 'Change a character', { at }, token === undefined)}
${press('/cookie/restore', 'Undo', {}, !cookie.isSaved)}
</div>`,
    html`The cookie changes in your browser. When it comes back, its tag does not fit: the server rejects all of it.`,
    token === undefined ? null : fold('More ways to break it', tools(token)),
  )
}

function tools(token: string): Html {
  const last = token.length - 1
  return html`${form(
    '/cookie/tamper',
    html`<label>Character (0 to ${last})<input type="number" name="at" min="0" max="${last}" value="${middle(token)}" required></label><button>Change it</button>`,
  )}
${form(
  '/cookie/truncate',
  html`<label>Keep the first<input type="number" name="length" min="1" max="${last}" value="${last}" required></label><button>Cut the rest</button>`,
)}
${press('/cookie/rename', 'Move it to another name')}
<p class="hint">${places(token)}</p>`
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
