import type { Problem, SessionView } from '../view.js'
import { bar } from './bar.js'
import { type Html, html } from './html.js'
import { bytes, count } from './words.js'

/** What went wrong with the last step. The focus is put on it, with script and without. */
export function problem(view: Problem, { nginxAt }: SessionView): Html {
  const { status, title, explanation, size } = view
  return html`<section class="panel problem" id="problem" role="alert" tabindex="-1" autofocus aria-labelledby="problem-title">
<header><h2 id="problem-title">${title}</h2><span class="status-code" title="The status of the answer">${status}</span></header>
<p>${explanation}</p>
${size && html`<p class="total"><strong>${bytes(size.bytes)}</strong> needed, ${count(size.limit)} allowed: ${count(-size.remaining)} too many</p>`}
${size && bar(size, nginxAt)}
${said(view)}
<p class="row"><a class="button" href="/" data-dismiss>Go on</a></p>
</section>`
}

function said({ code, message }: Problem): Html | null {
  if (code === undefined && message === undefined) return null
  return html`<p class="hint">What the error handler of the app got:</p>
<pre class="box"><code>${[code, message].filter((text) => text !== undefined).join(': ')}</code></pre>`
}
