import { type Html, html } from './html.js'
import { ICON } from './icon.js'

/** What it is, in as few words as leave room for the session on the first screen. */
export const masthead: Html = html`<header class="masthead" id="masthead">
<p class="brand"><img src="${ICON}" alt="" width="22" height="22"><strong>sealed-session</strong> playground</p>
<h1>The whole session is in one sealed cookie</h1>
<p class="lead">The server encrypts it and keeps no copy.
<span class="invitation">Your browser sends it with every request. Change it, break it, steal it, and watch what happens.</span></p>
</header>`
