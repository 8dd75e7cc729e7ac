import type { SessionEvent } from '../../../lib/index.js'
import { type Html, html } from './html.js'
import { bytes, count } from './words.js'

const KINDS: Readonly<Record<SessionEvent['type'], string>> = {
  opened: 'fine',
  sealed: 'fine',
  renewed: 'fine',
  resealed: 'fine',
  migrated: 'fine',
  cleared: 'fair',
  rejected: 'bad',
  'migration-failed': 'bad',
  overflow: 'bad',
  offered: 'fine',
  registered: 'fine',
  challenged: 'fair',
  proved: 'fine',
  bound: 'fine',
  'device-refused': 'bad',
}

/** An event of the middleware, in words. */
export function eventItem(event: SessionEvent): Html {
  return html`<li><code class="event ${KINDS[event.type]}">${event.type}</code> ${inWords(event)}</li>
`
}

function inWords(event: SessionEvent): Html {
  switch (event.type) {
    case 'opened':
      return html`with key <code>${event.kid}</code>`
    case 'sealed':
      return html`${bytes(event.bytes)} with key <code>${event.kid}</code>`
    case 'resealed':
      return html`from key <code>${event.oldKid}</code> to key <code>${event.kid}</code>`
    case 'rejected':
      return html`as <code>${event.reason}</code>${event.kid !== undefined && html`, naming key <code>${event.kid}</code>`}`
    case 'renewed':
      return html`its last use is kept beside it, with key <code>${event.kid}</code>`
    case 'offered':
      return html`the browser may bind it to its device`
    case 'registered':
      return html`the browser has made a key for it`
    case 'challenged':
      return html`the browser is to prove its key`
    case 'proved':
      return html`the browser has proved its key`
    case 'bound':
      return html`it names the key of its device now`
    case 'device-refused':
      return html`at the ${event.step}, as <code>${event.reason}</code>`
    case 'cleared':
      return html`the cookie is removed`
    case 'overflow':
      return html`${count(event.bytes)} of ${bytes(event.limit)}: nothing was sent`
    case 'migrated':
    case 'migration-failed':
      return html`from <code>${event.from}</code>`
  }
}
