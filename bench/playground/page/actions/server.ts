import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { relative } from '../words.js'
import { group, press } from './form.js'

/** Ending the process, and starting over. */
export function server({ process, hasOwnKeys, now }: View): Html {
  return group(
    'server',
    'Restart the server',
    html`<div class="row">
${press('/restart', 'Restart the server')}
${press('/reset', 'Start over')}
</div>`,
    html`A restart ends process ${process.pid}, which started ${relative(process.since, now)}. The next one has the key,
so you stay logged in. ${
      hasOwnKeys
        ? html`The key is from <code>SESSION_KEYS</code>, so the session also outlives Ctrl+C.`
        : html`Ctrl+C ends every session, unless you set <code>SESSION_KEYS</code>.`
    } "Start over" forgets what this browser did.`,
  )
}
