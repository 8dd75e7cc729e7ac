import { type Html, html } from '../html.js'
import { group } from './form.js'

/** What happens when requests overlap. Two requests at once need the page's script. */
export const together: Html = group(
  'together',
  'Two at once',
  'parallel writes, and a response that comes late',
  false,
  html`<p class="without-script notice">These two send more than one request at a time, which takes the page's script.</p>
<div class="with-script">
<button type="button" data-do="race">Let two requests write at once</button>
<p class="hint">Each sets a key of its own on the session that it got. The answer that comes last wins, and the other
key is lost. So it is in most stores.</p>
<button type="button" data-do="late">Log out while a slow response is on its way</button>
<p class="hint">It began before you logged out, and brings its cookie after. With <code>logoutGuard</code> (under
Thief) you stay logged out; without it you are in again.</p>
</div>`,
)
