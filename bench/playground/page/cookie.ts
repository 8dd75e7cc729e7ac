import type { CookieView, View } from '../view.js'
import { type Html, html } from './html.js'
import { coloured, PARTS, partsOf } from './token.js'
import { count, counted } from './words.js'

/** What the browser holds, part by part. */
export function held({ cookie, keys }: View): Html {
  const key = keys.find(({ sealedThis }) => sealedThis)
  return html`<section class="panel" id="cookie" aria-labelledby="cookie-title">
<header><h2 id="cookie-title">What the browser holds</h2><code class="aside">${cookie.name}</code></header>
<div class="box tall token${cookie.rejected && ' refused'}" tabindex="0" role="group" aria-label="The cookie's value">
${cookie.token === undefined ? empty : html`<p class="wrapped">${coloured(cookie.token)}</p>`}
</div>
${legend(cookie, key?.state)}
</section>`
}

const empty = html`<p class="empty">No cookie. The first thing in the session brings one.</p>`

function legend({ token }: CookieView, keyState: string | undefined): Html {
  const texts = token === undefined ? undefined : partsOf(token)
  if (token !== undefined && texts === undefined) {
    return html`<p class="hint">${counted(token.length, 'character')}, and not five parts with dots between them: it is no
token.</p>`
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
function header(text: string | undefined, keyState: string | undefined): Html {
  if (text === undefined) {
    return html`<span class="decoded hint">What it says will stand here,</span> <span class="hint">with the key that it names</span>`
  }
  const decoded = Buffer.from(text, 'base64url').toString()
  return html`<code class="decoded">${decoded}</code>${keyState && html` <span class="hint">its kid names the ${keyState} key</span>`}`
}
