import type { Rejection } from '../../lib/index.js'
import { type Html, html, scrollBox } from './html.js'

/** The cookie that the request brought, if it did. */
export interface Cookie {
  readonly name: string
  readonly token: string | undefined
  /** Why it does not open. */
  readonly rejected: Rejection | null
}

/** What the browser holds, part by part. */
export function cookieCard({ name, token, rejected }: Cookie): Html {
  return html`<section class="card" aria-labelledby="cookie">
<h2 id="cookie">What the browser holds</h2>
${rejected && rejection(rejected)}
${token === undefined ? empty : anatomy(name, token)}
</section>`
}

const empty = html`<p class="empty">No cookie. The first thing in the session brings one.</p>`

function rejection(reason: Rejection): Html {
  const why =
    reason === 'missing-key'
      ? html`it was sealed with another key, most likely before the server restarted`
      : html`it was rejected as <code>${reason}</code>`
  return html`<p class="notice warning">This cookie does not open: ${why}. The session begins empty, and the cookie stays
until a new one replaces it.</p>`
}

/** The parts of a JWE in compact serialization with direct encryption (RFC 7516, section 3.1). */
const PARTS = [
  { title: 'Protected header', says: 'readable by anyone, changeable by nobody' },
  { title: 'Encrypted key', says: 'empty, since the key is known to the server' },
  { title: 'Initialization vector', says: 'random, new with every sealing' },
  { title: 'Ciphertext', says: 'id, times and data, opaque without the key' },
  { title: 'Authentication tag', says: 'no longer fits if anything was changed' },
]

function anatomy(name: string, token: string): Html {
  const texts = token.split('.')
  if (texts.length !== PARTS.length) return scrollBox('Cookie', token)
  return html`<p class="hint">The cookie <code>${name}</code> is a JWE: five parts with dots between them.</p>
<ol class="token">
${PARTS.map(({ title, says }, index) => part(title, says, texts[index] ?? ''))}
</ol>`
}

function part(title: string, says: string, text: string): Html {
  return html`<li>
<h3>${title}</h3>
<p class="hint">${text.length} characters; ${says}</p>
${title === 'Ciphertext' ? scrollBox(title, text) : text && html`<pre class="box">${text}</pre>`}
${title === 'Protected header' ? decoded(text) : null}
</li>
`
}

function decoded(text: string): Html {
  return html`<p class="hint">Decoded: <code>${Buffer.from(text, 'base64url').toString()}</code></p>`
}
