import type { KeyView, View } from '../../view.js'
import { type Html, html } from '../html.js'
import { group, press } from './form.js'

const SAYS = {
  active: 'seals and opens',
  retired: 'opens; what changes is sealed with the active key',
  revoked: 'opens nothing',
} as const

/** The ring, and what can be done to a key. */
export function keys({ keys }: View): Html {
  return group(
    'keys',
    'Keys',
    'rotate, retire, revoke',
    false,
    html`${press('/keys/rotate', 'Rotate: a new key seals')}
<ul class="keys">${keys.map(keyItem)}</ul>
<p class="hint">Rotating retires the key of before: it still opens, so nobody is logged out, and a session gets
the new key when it next changes. Revoking ends its sessions at once, as dropping it does.</p>`,
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
