import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { View } from '../view.js'
import { actions } from './actions.js'
import { budget, problem, status } from './budget.js'
import { comparison } from './comparison.js'
import { held, parts } from './cookie.js'
import { Html, html } from './html.js'
import { lifetime, seen } from './session.js'
import { wire } from './wire.js'

const STYLE = ['base', 'parts']
  .map((name) => readFileSync(new URL(`./${name}.css`, import.meta.url), 'utf8'))
  .join('\n')

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  // Text becomes markup in one place of the script, which reads the answers of this server.
  "require-trusted-types-for 'script'",
  'trusted-types playground',
].join('; ')

/** Nothing but our own style sheet, script and icon loads. No other page can frame this one, or take its forms away. */
export const SECURITY = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
} as const

const SEAL =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='#a63a2b'/>" +
  "<path d='M11 15v-3a5 5 0 0 1 10 0v3h1v8H10v-8zm2 0h6v-3a3 3 0 0 0-6 0z' fill='#fff'/></svg>"
/** As an address that needs no request. */
const ICON = `data:image/svg+xml,${encodeURIComponent(SEAL)}`

/** The whole page: the session, what you can do to it, and then all that explains it. */
export function page(view: View): Html {
  return documentOf(
    view.problem ? `${view.problem.title} · ` : '',
    html`<script type="module" src="/script.js"></script>`,
    html`<a class="skip" href="#do">Skip to the things to do</a>
${masthead}
<main id="page" data-process="${view.process.pid}">
<div class="looking">
${view.problem && problem(view.problem, view.session)}
<div class="pair">
${seen(view)}
${held(view)}
</div>
</div>
${actions(view)}
<div class="explaining">
${budget(view)}
<div class="pair">
${parts(view)}
${lifetime(view)}
</div>
${comparison(view)}
${wire(view)}
${caveats}
</div>
</main>
${status(view)}
<p class="unseen" id="news" role="status"></p>`,
  )
}

/** What stands in the browser while the process is another one. It comes back by itself. */
export function restarting(): Html {
  return documentOf(
    'Restarting · ',
    html`<meta http-equiv="refresh" content="1; url=/">`,
    html`<main id="restarting" class="between">
<h1>Restarting</h1>
<p class="lead">The process ends, and a new one starts with nothing but its keys. This page comes back by itself.</p>
<p><a class="button" href="/">Back to the session</a></p>
</main>`,
  )
}

function documentOf(title: string, head: Html, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}sealed-session playground</title>
<link rel="icon" href="${ICON}">
${head}
<style>${new Html(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** What it is, in as few words as leave room for the session on the first screen. */
const masthead = html`<header class="masthead" id="masthead">
<p class="brand"><img src="${ICON}" alt="" width="22" height="22"><strong>sealed-session</strong> playground</p>
<h1>The whole session is in one sealed cookie</h1>
<p class="lead">The server encrypts it and keeps no copy.
<span class="invitation">Your browser sends it with every request. Change it, break it, steal it, and watch what
happens.</span></p>
</header>`

/** What a session that lives in a cookie cannot do, and what to do then. */
const caveats = html`<section class="panel" id="not" aria-labelledby="not-title">
<header><h2 id="not-title">When not to use it</h2></header>
<dl class="caveats">
<div><dt>When a copied cookie must die at log-out</dt>
<dd>A copy of the cookie is the session until the session ends, because logging out only removes the cookie of one
browser. Keep the timeouts short, or let <code>validate</code> ask your database.
<a href="#thief">Steal one</a></dd></div>
<div><dt>When no parallel write may be lost</dt>
<dd>Of two requests at once that both change the session, the last one wins. Credit, stock and one-time passwords
belong in a database. <a href="#together">Write twice at once</a></dd></div>
<div><dt>When 4 KB are not enough</dt>
<dd>A cookie holds about 2,900 bytes of JSON. Keep an id in the session, and what it names in your database.
<a href="#size">Fill it</a></dd></div>
<div><dt>When every byte counts</dt>
<dd>The whole session travels with every request. With a store only an id travels, and the store
keeps the rest. That is one server more to run, but fewer bytes.</dd></div>
</dl>
</section>`
