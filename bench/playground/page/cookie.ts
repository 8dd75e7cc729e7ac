import type { CookieView, View } from '../view.js'
import { type Html, html } from './html.js'
import { coloured, PARTS, partsOf } from './token.js'
import { count, counted } from './words.js'

/** What the browser holds. */
export function held({ cookie, keys }: View): Html {
  return html`<section class="panel" id="cookie" aria-labelledby="cookie-title">
<header><h2 id="cookie-title">Your browser holds</h2>${seal(cookie, keys)}</header>
<div class="box tall token${cookie.rejected && ' refused'}" tabindex="0" role="group" aria-label="The cookie">
${
  cookie.token === undefined
    ? html`<p class="empty">Your browser has no cookie. The next thing in the session brings one.</p>`
    : html`<p class="wrapped"><span class="name">${cookie.name}=</span>${coloured(cookie.token)}</p>`
}
</div>
</section>`
}

/** The key that sealed the cookie, which opens. */
const KEYS = { active: 'Active key', retired: 'Retired key', revoked: 'Revoked key' } as const

function seal({ token, rejected }: CookieView, keys: View['keys']): Html {
  if (token === undefined) return html`<span class="chip">No cookie</span>`
  if (rejected) return html`<span class="chip bad">Rejected</span>`
  const key = keys.find(({ sealedThis }) => sealedThis)
  return html`<span class="chip ${key?.state}">${key ? KEYS[key.state] : 'It opens'}</span>`
}

/** The cookie part by part, and what can be read of it. */
export function parts({ cookie, keys, isSecure }: View): Html {
  const key = keys.find(({ sealedThis }) => sealedThis)
  return html`<section class="panel" id="parts" aria-labelledby="parts-title">
<header><h2 id="parts-title">What is in the cookie</h2><code class="aside">${cookie.name}</code></header>
${legend(cookie, key?.state)}
<p class="hint">${
    isSecure
      ? html`Over https the cookie is <code>Secure</code>, and its name begins with <code>__Host-Http-</code>.`
      : html`Over plain http, which is fine on your own machine, the cookie is not <code>Secure</code>.`
  } It is <code>HttpOnly</code>: no script of a page can read it.</p>
</section>`
}

function legend({ token }: CookieView, keyState: string | undefined): Html {
  const texts = token === undefined ? undefined : partsOf(token)
  if (token !== undefined && texts === undefined) {
    return html`<p class="hint">The cookie has ${counted(token.length, 'character')}, but not five parts with dots between
them: it is no token.</p>`
  }
  return html`<ol class="legend">
${PARTS.map(
  ({ name, says }, index) => html`<li class="part-${index + 1}"><strong>${name}</strong>
<span class="size">${texts && count(texts[index]?.length ?? 0)}</span> <span class="hint">${says}</span>
${index === 0 && header(texts?.[0], keyState)}</li>
`,
)}
</ol>`
}

/** The one part that can be read, as it is and in words. */
function header(text: string | undefined, keyState: string | undefined): Html | null {
  if (text === undefined) return null
  const decoded = Buffer.from(text, 'base64url').toString()
  return html`<code class="decoded">${decoded}</code>${keyState && html` <span class="hint">The kid names the ${keyState} key.</span>`}`
}
