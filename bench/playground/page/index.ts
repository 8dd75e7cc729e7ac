import type { View } from '../view.js'
import { actions } from './actions/index.js'
import { budget } from './budget.js'
import { caveats } from './caveats.js'
import { comparison } from './comparison.js'
import { held, parts } from './cookie.js'
import { documentOf } from './document.js'
import { type Html, html } from './html.js'
import { masthead } from './masthead.js'
import { problem } from './problem.js'
import { seen } from './session.js'
import { status } from './status.js'
import { lifetime } from './timeline.js'
import { wire } from './wire.js'

/** The whole page: the session, what you can do to it, and then all that explains it. */
export function page(view: View): Html {
  const title = view.problem ? `${view.problem.title} · sealed-session playground` : 'sealed-session playground'
  return documentOf(
    title,
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
    'Restarting · sealed-session playground',
    html`<meta http-equiv="refresh" content="1; url=/">`,
    html`<main id="restarting" class="between">
<h1>Restarting</h1>
<p class="lead">The process ends, and a new one starts with nothing but its keys. This page comes back by itself.</p>
<p><a class="button" href="/">Back to the session</a></p>
</main>`,
  )
}
