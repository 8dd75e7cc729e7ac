import { type Html, html } from './html.js'

/** What a session that lives in a cookie cannot do, and what to do then. */
export const caveats: Html = html`<section class="panel" id="not" aria-labelledby="not-title">
<header><h2 id="not-title">When not to use it</h2></header>
<dl class="caveats">
<div><dt>When a copied cookie must die at log-out</dt>
<dd>Whoever has the cookie has the session until it ends, and logging out ends it in one browser only. Keep the timeouts
short, or let <code>validate</code> ask your database. <a href="#thief">Steal one</a></dd></div>
<div><dt>When no parallel write may be lost</dt>
<dd>Of two requests at once that both change the session, the last one wins. Credit, stock and one-time passwords belong
in a database. <a href="#together">Write twice at once</a></dd></div>
<div><dt>When 4 KB are not enough</dt>
<dd>A cookie holds about 2,900 bytes of JSON. Keep an id in the session, and what it names in your database.
<a href="#size">Fill it</a></dd></div>
<div><dt>When every byte counts</dt>
<dd>The whole session travels with every request. A store sends an id of some eighty bytes, and keeps the rest: one
server more to run, but fewer bytes.</dd></div>
</dl>
</section>`
