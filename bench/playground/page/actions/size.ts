import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { count } from '../words.js'
import { fold, form, group, press } from './form.js'

/** Growing until it does not fit. */
export function size({ session }: View): Html {
  return group(
    'size',
    'Fill the cookie',
    html`<div class="row">
${press('/fill', 'Fill to the limit', { to: 'limit' })}
${press('/fill', 'One byte more', { to: 'over' })}
</div>`,
    html`Browsers drop a cookie that is too large without a word. So your app gets an error before that, and the browser
keeps the cookie that it had.`,
    fold(
      'Byte by byte',
      html`${form(
        '/grow',
        html`<fieldset><legend>Add to <code>notes</code></legend>${[1, 10, 100, 500].map(
          (bytes) => html`<button name="bytes" value="${bytes}">+${bytes}</button>`,
        )}</fieldset>`,
      )}
${press('/fill', `Just above nginx (${count(session.nginxAt)})`, { to: 'nginx' })}
<p class="hint">Three bytes of JSON take four characters in the cookie, because it is base64url.</p>`,
    ),
  )
}
