import { type Html, html } from './html.js'

/** What a session that lives in a cookie cannot do, and what to do then. */
export const caveats: Html = html`<section class="panel" id="not" aria-labelledby="not-title">
<header><h2 id="not-title">When not to use it</h2></header>
<dl class="caveats">
<div><dt>When a copied cookie must die at log-out</dt>
<dd>A copy of the cookie is the session until the session ends, because logging out only removes the cookie of one browser.
Keep the timeouts short, or let <code>validate</code> ask your database. <a href="#thief">Steal one</a></dd></div>
<div><dt>When no parallel write may be lost</dt>
<dd>Of two requests at once that both change the session, the last one wins. Credit, stock and one-time passwords belong
in a database. <a href="#together">Write twice at once</a></dd></div>
<div><dt>When 4 KB are not enough</dt>
<dd>A cookie holds about 2,900 bytes of JSON. Keep an id in the session, and what it names in your database.
<a href="#size">Fill it</a></dd></div>
<div><dt>When every byte counts</dt>
<dd>The whole session travels with every request. With a store only an id travels, and the store
keeps the rest. That is one server more to run, but fewer bytes.</dd></div>
</dl>
</section>`
