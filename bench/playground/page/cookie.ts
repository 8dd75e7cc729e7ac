import type { CookieView, View } from '../view.js'
import { count, counted, type Html, html } from './html.js'

/** The parts of a JWE in compact serialization (RFC 7516, section 3.1), and what each is to a reader of the page. */
const PARTS = [
  { name: 'Protected header', says: 'anyone can read it, and nobody can change it' },
  { name: 'Encrypted key', says: 'is empty, because the server has the key' },
  { name: 'Initialization vector', says: 'is random, and new with every change' },
  { name: 'Ciphertext', says: 'holds the id, the times and your data' },
  { name: 'Authentication tag', says: 'fits only if no character was changed' },
] as const

/** The five texts between the dots; undefined for anything else. */
export function partsOf(token: string): string[] | undefined {
  const texts = token.split('.')
  return texts.length === PARTS.length ? texts : undefined
}

/** A token with a colour for each of its parts. */
function coloured(token: string): Html {
  const texts = partsOf(token)
  if (texts === undefined) return html`${token}`
  const spans = texts.map((text, index) => html`${index > 0 && '.'}<span class="part-${index + 1}">${text}</span>`)
  return html`${spans}`
}

const TOKEN = /([\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+)/

/** The value of a `Cookie` or `Set-Cookie` header, with the tokens in it coloured. */
export function colouredLine(line: string): Html {
  return html`${line.split(TOKEN).map((piece, index) => (index % 2 === 1 ? coloured(piece) : html`${piece}`))}`
}

export function held({ cookie }: View): Html {
  const { name, token, rejected } = cookie
  return html`<section class="panel" id="cookie" aria-labelledby="cookie-title">
<header><h2 id="cookie-title">Your browser holds</h2>${seal(cookie)}</header>
<div class="box tall token${rejected && ' refused'}" tabindex="0" role="group" aria-label="The cookie">
${
  token === undefined
    ? html`<p class="empty">Your browser has no cookie. The next thing in the session brings one.</p>`
    : html`<p class="wrapped"><span class="name">${name}=</span>${coloured(token)}</p>`
}
</div>
</section>`
}

const KEYS = { active: 'Active key', retired: 'Retired key', revoked: 'Revoked key' } as const

function seal({ token, rejected, sealedBy }: CookieView): Html {
  if (token === undefined) return html`<span class="chip">No cookie</span>`
  if (rejected || sealedBy === undefined) return html`<span class="chip bad">Rejected</span>`
  return html`<span class="chip ${sealedBy}">${KEYS[sealedBy]}</span>`
}

/** The cookie part by part, and what can be read of it. */
export function parts({ cookie, isSecure }: View): Html {
  return html`<section class="panel" id="parts" aria-labelledby="parts-title">
<header><h2 id="parts-title">What is in the cookie</h2><code class="aside">${cookie.name}</code></header>
${legend(cookie)}
<p class="hint">${
    isSecure
      ? html`Over https the cookie is <code>Secure</code>, and its name begins with <code>__Host-Http-</code>.`
      : html`Over plain http, which is fine on your own machine, the cookie is not <code>Secure</code>.`
  } It is <code>HttpOnly</code>: no script of a page can read it.</p>
</section>`
}

function legend({ token, sealedBy }: CookieView): Html {
  const texts = token === undefined ? undefined : partsOf(token)
  if (token !== undefined && texts === undefined) {
    return html`<p class="hint">The cookie has ${counted(token.length, 'character')}, but not five parts with dots
between them: it is no token.</p>`
  }
  // The header is the one part that can be read, as it is and in words.
  const header =
    texts &&
    html`<code class="decoded">${Buffer.from(texts[0] ?? '', 'base64url').toString()}</code>
${sealedBy && html`<span class="hint">The kid names the ${sealedBy} key.</span>`}`
  return html`<ol class="legend">
${PARTS.map(
  ({ name, says }, index) => html`<li class="part-${index + 1}"><strong>${name}</strong>
<span class="size">${texts && count(texts[index]?.length ?? 0)}</span> <span class="hint">${says}</span>
${index === 0 && header}</li>
`,
)}
</ol>`
}
