import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { relative } from '../words.js'
import { group, press } from './form.js'

/** Ending the process, and beginning anew. */
export function server({ process, hasOwnKeys, now }: View): Html {
  return group(
    'server',
    'Server',
    'restart it and still be logged in, or begin anew',
    false,
    html`<div class="row">
${press('/restart', 'Restart the server')}
${press('/reset', 'Begin anew')}
</div>
<p class="hint">The process ${process.pid} started ${relative(process.since, now)}. A restart really ends it. The next
one knows nothing of your session but the key that opens it. ${
      hasOwnKeys
        ? html`The keys are those of <code>SESSION_KEYS</code>, so it is the same after Ctrl+C.`
        : html`The key was generated when you started the playground: Ctrl+C ends every session, unless you set
<code>SESSION_KEYS</code>.`
    }</p>`,
  )
}
