import type { Settings, ThiefView, View } from '../../view.js'
import { type Html, html } from '../html.js'
import { relative } from '../words.js'
import { fold, form, group, press } from './form.js'

/** Stealing the cookie, and what helps against it. */
export function thief({ thief, settings, cookie, now }: View): Html {
  const mine = cookie.token === undefined ? undefined : `${cookie.name}=${cookie.token}`
  return group(
    'thief',
    'Steal the cookie',
    html`<div class="row">
${press('/thief/steal', 'Copy the cookie', {}, mine === undefined)}
${press('/thief/use', 'Use the copy', {}, thief.cookie === undefined)}
</div>`,
    loot(thief, mine, now),
    fold('What your app can do about it', form('/settings', switches(settings), { name: 'settings' })),
  )
}

function loot({ cookie, tried }: ThiefView, mine: string | undefined, now: number): Html {
  if (cookie === undefined)
    return html`A thief copies the cookie to another browser. Copy it, log out, and use the copy: it still works.`
  const has = cookie === mine ? 'the cookie that your browser has' : 'a cookie that your browser no longer has'
  return html`The thief has ${has}. ${tried && html`${tried.user === undefined ? refused(tried.rejected) : html`<strong class="bad">It worked: the server took the thief for ${tried.user}</strong>`}, ${relative(tried.at, now)}.`}`
}

function refused(reason: string | null): Html {
  return reason === null
    ? html`<strong>The server took the thief for nobody</strong>`
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
