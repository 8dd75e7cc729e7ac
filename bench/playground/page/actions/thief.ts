import type { Settings, ThiefView, View } from '../../view.js'
import { type Html, html } from '../html.js'
import { relative } from '../words.js'
import { form, group } from './form.js'

/** Stealing the cookie, and what helps against it. */
export function thief({ thief, settings, cookie, now }: View): Html {
  const mine = cookie.token === undefined ? undefined : `${cookie.name}=${cookie.token}`
  return group(
    'thief',
    'Thief',
    'copy the cookie, and use it before and after log-out',
    false,
    html`<div class="row">
${form('/thief/steal', html`<button${mine === undefined && html` disabled`}>Steal the cookie</button>`, { name: 'press' })}
${form('/thief/use', html`<button${thief.cookie === undefined && html` disabled`}>Use it elsewhere</button>`, { name: 'press' })}
</div>
${loot(thief, mine, now)}
${form('/settings', switches(settings), { name: 'settings' })}`,
  )
}

function loot({ cookie, tried }: ThiefView, mine: string | undefined, now: number): Html {
  if (cookie === undefined)
    return html`<p class="hint loot">The thief has nothing yet. Steal, log out, use: that is the order to try.</p>`
  const has = cookie === mine ? 'the cookie that your browser has' : 'a cookie that your browser no longer has'
  return html`<p class="hint loot">The thief has ${has}. ${tried && html`${tried.user === undefined ? refused(tried.rejected) : html`<strong class="bad">It worked: the server took them for ${tried.user}</strong>`}, ${relative(tried.at, now)}.`}</p>`
}

function refused(reason: string | null): Html {
  return reason === null
    ? html`<strong>The server took them for nobody</strong>`
    : html`<strong>It was rejected: <code>${reason}</code></strong>`
}

function switches({ logoutGuard, validate }: Settings): Html {
  return html`<fieldset><legend>What the app does about it</legend>
${tick('validate', 'validate', validate, 'The app asks its own list of ended sessions at every request. This stops the thief once you log out, at the price of a look-up.')}
${tick('logoutGuard', 'logoutGuard', logoutGuard, 'A small second cookie names the sessions that ended in this browser. It stops a late response from logging you in again. It does not stop a thief, who has another browser.')}
<button>Apply</button></fieldset>`
}

function tick(name: string, title: string, isOn: boolean, says: string): Html {
  return html`<div class="switch"><input type="checkbox" id="set-${name}" name="${name}" aria-describedby="about-${name}"${isOn && html` checked`}>
<label for="set-${name}"><code>${title}</code></label><p class="hint" id="about-${name}">${says}</p></div>
`
}
