import type { KeyView, View } from '../../view.js'
import { type Html, html } from '../html.js'
import { counted } from '../words.js'
import { fold, group, press } from './form.js'

const SAYS = {
  active: 'seals and opens',
  retired: 'opens; what changes is sealed with the active key',
  revoked: 'opens nothing',
} as const

/** The ring, and what can be done to a key. */
export function keys({ keys }: View): Html {
  return group(
    'keys',
    'Rotate the key',
    press('/keys/rotate', 'Rotate: a new key seals'),
    html`The old key still opens, so nobody is logged out. A session gets the new key with its next change.`,
    fold(
      `The key ring: ${counted(keys.length, 'key')}`,
      html`<ul class="keys">${keys.map(keyItem)}</ul>
<p class="hint">When you revoke or drop a key, the sessions that it sealed end at once.</p>`,
    ),
  )
}

function keyItem({ kid, state, sealedThis }: KeyView): Html {
  return html`<li data-key="${kid}"><div><code class="kid">${kid}</code> <span class="chip ${state}">${state}</span>
<span class="hint">${SAYS[state]}${sealedThis && '; it sealed this cookie'}</span></div>
${
  state !== 'active' &&
  html`<div class="row">${state === 'retired' && press('/keys/revoke', html`Revoke<span class="unseen"> ${kid}</span>`, { kid })}
${press('/keys/drop', html`Drop<span class="unseen"> ${kid}</span>`, { kid })}</div>`
}</li>
`
}
