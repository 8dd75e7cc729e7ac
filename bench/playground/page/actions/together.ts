import { type Html, html } from '../html.js'
import { fold, group } from './form.js'

/** What happens when requests overlap. Two requests at once need the page's script. */
export const together: Html = group(
  'together',
  'Send two requests at once',
  html`<p class="without-script notice">These buttons send two requests at the same time, which takes the page's script.</p>
<div class="row with-script"><button type="button" data-do="race">Let two requests write</button></div>`,
  html`Each request sets a key of its own on the session that it got. The answer that comes last wins, and the other key
is lost.`,
  fold(
    'A response that comes late',
    html`<div class="with-script"><button type="button" data-do="late">Log out while a slow response is on its way</button></div>
<p class="hint">The slow request began before you logged out, and its answer brings a cookie afterwards. With
<code>logoutGuard</code> you stay logged out. Without it you are logged in again.</p>`,
  ),
)
