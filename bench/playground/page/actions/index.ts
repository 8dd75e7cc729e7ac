import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { account } from './account.js'
import { breaking } from './break.js'
import { data } from './data.js'
import { keys } from './keys.js'
import { server } from './server.js'
import { size } from './size.js'
import { thief } from './thief.js'
import { together } from './together.js'

/** All that can be done to the session, in the order in which to try it. */
export function actions(view: View): Html {
  return html`<section class="doing" id="do" aria-labelledby="do-title">
<h2 id="do-title">Do things</h2>
${account(view)}
${data(view)}
${breaking(view)}
${thief(view)}
${keys(view)}
${size(view)}
${together}
${server(view)}
</section>`
}
