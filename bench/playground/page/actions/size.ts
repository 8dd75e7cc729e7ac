import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { count } from '../words.js'
import { form, group, press } from './form.js'

/** Growing until it does not fit. */
export function size({ session }: View): Html {
  return group(
    'size',
    'Size',
    'grow it byte by byte until it does not fit',
    true,
    html`${form(
      '/grow',
      html`<fieldset><legend>Add to <code>notes</code></legend>${[1, 10, 100, 500].map(
        (bytes) => html`<button name="bytes" value="${bytes}">+${bytes}</button>`,
      )}</fieldset>`,
    )}
<div class="row">
${press('/fill', 'Fill to the limit', { to: 'limit' })}
${press('/fill', 'One byte more', { to: 'over' })}
${press('/fill', `Just above nginx (${count(session.nginxAt)})`, { to: 'nginx' })}
</div>
<p class="hint">Three bytes of JSON are four characters in the cookie: it is base64url, as cookies hold no bytes.</p>`,
  )
}
