import { KINDS } from '../deeds.js'
import type { KeyView } from '../keys.js'
import { SETTINGS } from '../state.js'
import type { View } from '../view.js'
import { partsOf } from './cookie.js'
import { count, counted, type Html, html, relative, type Value } from './html.js'

/** All that can be done to the session, in the order in which to try it. */
export function actions(view: View): Html {
  const groups = [account, data, breaking, thief, device, ending, keys, schema, size, together, server]
  return html`<section class="doing" id="do" aria-labelledby="do-title">
<h2 id="do-title">Do things</h2>
${groups.map((group) => group(view))}
</section>`
}

function group(id: string, title: string): typeof html {
  return (...content) => html`<section class="group" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${title}</h3>
${html(...content)}
</section>
`
}

function fold(title: string, content: Html): Html {
  return html`<details><summary>${title}</summary>
<div class="folded">
${content}
</div>
</details>`
}

/** A form that posts what its controls say. */
function form(action: string, controls: Value, name = 'row'): Html {
  return html`<form method="post" action="${action}" class="${name}">${controls}</form>
`
}

/** A button that posts the same every time. */
export function press(action: string, text: Value, fields: Readonly<Record<string, string>> = {}, isOff = false): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return form(action, html`${hidden}<button${isOff && html` disabled`}>${text}</button>`, 'press')
}

/** Switches one option of `session()`. The others stay as they are. */
function toggle(settings: View['settings'], name: keyof View['settings']): Html {
  const on = SETTINGS.filter((one) => settings[one] !== (one === name))
  const fields = Object.fromEntries(on.map((one) => [one, 'on']))
  return press('/settings', html`Switch ${settings[name] ? 'off' : 'on'} <code>${name}</code>`, fields)
}

function account({ session: { user } }: View): Html {
  if (user !== undefined) {
    const out = html`<p class="who">You are <strong>${user}</strong>.</p><button class="primary">Log out</button>`
    return group('account', 'Log out')`${form('/log-out', out)}
<p class="hint"><code>destroy()</code> ends the session, and the answer removes the cookie.</p>`
  }
  const name = html`<label class="beside">Name<input name="name" value="Ada" required maxlength="80" autocomplete="off"
autocapitalize="words"></label> <button class="primary">Log in</button>`
  return group('account', 'Log in')`${form('/log-in', name)}
<p class="hint"><code>regenerate()</code> gives the session a new id.</p>`
}

/** Putting data in, nested or not, and taking it out. */
function data({ session: { data, size } }: View): Html {
  const { tea } = (data['cart'] ?? {}) as { readonly tea?: unknown }
  const value = String(typeof tea === 'number' ? tea + 1 : 1)
  const keys = Object.keys(data)
  const isOff = keys.length === 0 && html` disabled`
  const options = (keys.length === 0 ? ['none yet'] : keys).map((key) => html`<option>${key}</option>`)
  const more = html`<div class="row">${EXAMPLES}</div>
<p class="hint">A session holds what JSON holds. A value that JSON cannot hold is an error, and is not lost in
silence.</p>
<form method="post" action="/set" class="set" data-remaining="${size.remaining}">
<label>Key, or path<input name="path" required value="cart.note" autocomplete="off" autocapitalize="none"
spellcheck="false"></label>
<label>Kind<select name="kind">${KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
<label class="wide">Value<input name="value" value="gift wrap" autocomplete="off"></label>
<button>Set it</button>
<output class="hint" data-cost></output>
</form>
${form(
  '/remove',
  html`<label>Top-level key<select name="key"${isOff}>${options}</select></label><button${isOff}>Remove it</button>`,
)}`
  return group('data', 'Change the session')`<div class="row">
${press('/set', 'Add a tea', { path: 'cart.tea', kind: 'number', value })}
${press('/remove', 'Remove the cart', { key: 'cart' }, !keys.includes('cart'))}
</div>
<p class="hint">Your app sets <code>req.session.cart.tea</code>. The answer brings a new cookie. A page that only reads
the session brings none.</p>
${fold('Other values', more)}`
}

const EXAMPLES = [
  press('/set', 'Nest a cart', { path: 'cart.items', kind: 'json', value: '[{"id":42,"count":2},{"id":7,"count":1}]' }),
  press('/set', 'A Date', { path: 'visited', kind: 'date' }),
  press('/set', 'A Map', { path: 'map', kind: 'map' }),
  press('/set', 'A BigInt', { path: 'balance', kind: 'bigint', value: '9007199254740993' }),
  press('/set', 'undefined', { path: 'nothing', kind: 'undefined' }),
  press('/set', 'A function', { path: 'greet', kind: 'function' }),
]

/** What an attacker, or an accident, does to the cookie. */
function breaking({ cookie: { token = '', isSaved } }: View): Html {
  const [middle, last] = [Math.floor(token.length / 2), token.length - 1]
  const more = html`${form(
    '/cookie/tamper',
    html`<label>Character (0 to ${last})<input type="number" name="at" min="0" max="${last}" value="${middle}"
required></label><button>Change it</button>`,
  )}
${form(
  '/cookie/truncate',
  html`<label>Keep the first<input type="number" name="length" min="1" max="${last}" value="${last}" required></label>
<button>Cut the rest</button>`,
)}
${press('/cookie/rename', 'Move it to another name')}
<p class="hint">${places(token)}</p>`
  return group('break', 'Break the cookie')`<div class="row">
${press('/cookie/tamper', 'Change a character', { at: String(middle) }, token === '')}
${press('/cookie/restore', 'Undo', {}, !isSaved)}
</div>
<p class="hint">The cookie changes in your browser. When it comes back, its tag does not fit: the server rejects all of
it.</p>
${token !== '' && fold('More ways to break it', more)}`
}

function places(token: string): Html | undefined {
  const [header = '', key, iv, text = '', tag] = partsOf(token) ?? []
  if (tag === undefined) return undefined
  const from = [header, key, iv].join('.').length + 1
  const until = from + text.length
  return html`The header is 0 to ${header.length - 1}, the ciphertext ${from} to ${until - 1}, the tag from
${until + 1}.`
}

/** Stealing the cookie, and what helps against it. */
function thief({ thief, settings, session, cookie, now }: View): Html {
  const isNone = cookie.token === undefined
  return group('thief', 'Steal the cookie')`<div class="row">
${press('/thief/steal', 'Copy the cookie', {}, isNone)}
${session.isBound && press('/thief/steal', 'Copy all cookies', { what: 'all' }, isNone)}
${press('/thief/use', 'Use the copy', {}, thief.cookie === undefined)}
</div>
<p class="hint">${loot(thief, now)}</p>
${fold(
  'What your app can do about it',
  html`${toggle(settings, 'validate')}
<p class="hint">The app asks its own list of ended sessions at every request. This stops the thief once you log out, at
the price of a look-up.</p>
<p class="hint">It can also <a href="#device">bind the session to your device</a>. Then a copy is soon worth
nothing.</p>`,
)}`
}

function loot({ cookie, isMine, tried }: View['thief'], now: number): Html {
  if (cookie === undefined) {
    return html`A thief copies the cookie to another browser. Copy it, log out, and use the copy: it still works.`
  }
  const what = cookie.includes('.bound=') ? 'all cookies, with the proof,' : 'the cookie'
  const has = isMine ? `${what} that your browser has` : 'a cookie that your browser no longer has'
  return html`The thief has ${has}. ${tried && html`${outcome(tried)}, ${relative(tried.at, now)}.`}`
}

function outcome({ user, rejected }: NonNullable<View['thief']['tried']>): Html {
  if (user !== null) return html`<strong class="bad">It worked: the server took the thief for ${user}</strong>`
  if (rejected === null) return html`<strong>The server took the thief for nobody</strong>`
  return html`<strong>It was rejected: <code>${rejected}</code></strong>`
}

/** The same theft where the session is bound: in the visitor's browser, or played where it cannot be. */
function device(view: View): Html {
  const { isSecure, settings, now } = view
  const { played } = view.thief
  return group('device', 'Bind the session to a device')`<div class="row">
${press('/thief/play', 'Steal from a simulated device')}
${played && press('/thief/play', 'Use the old copy again', { again: 'yes' })}
</div>
<p class="hint">With <code>deviceBound</code> a browser proves every few minutes that it still has a key, which cannot
be copied.</p>
<p class="hint" id="binding">${binding(view)}</p>
${isSecure && toggle(settings, 'deviceBound')}
${played && scene(played, now)}`
}

function binding({ isSecure, settings, session }: View): Html {
  const needed = html`It takes Chrome or Edge on Windows or macOS, on a device with a security chip.`
  if (!isSecure) {
    return html`<strong>Your browser cannot do it here:</strong> over plain http no browser does. ${needed} And it takes
https: start the playground with <code>HTTPS_CERT</code> and <code>HTTPS_KEY</code>.`
  }
  if (!settings.deviceBound) return html`Your browser may do it, too. ${needed} Others ignore the offer.`
  if (session.isBound) {
    return html`<strong>Your session is bound.</strong> <a href="#thief">Copy its cookie</a>: it is rejected at once. A
copy of all cookies works for eleven minutes at most.`
  }
  return html`<strong>Your session is not bound.</strong> Log in: the answer offers it to your browser. Then look again.
If it stays like this, your browser cannot do it. ${needed}`
}

function scene({ at, rows, copy }: NonNullable<View['thief']['played']>, now: number): Html {
  const cell = (text: string) =>
    text === 'Ada' ? html`<td class="bad">taken for Ada</td>` : html`<td class="fine">${text}</td>`
  return html`<div class="box scene" tabindex="0" role="group" aria-label="The theft from a simulated device"><table>
<thead><tr><th scope="col">The thief has</th><th scope="col">not bound</th><th scope="col">bound</th></tr></thead>
<tbody>${rows.map(([has, ...outcomes]) => html`<tr><th scope="row">${has}</th>${outcomes.map(cell)}</tr>`)}</tbody>
</table></div>
<p class="hint"><strong>Simulated</strong>, ${relative(at, now)}: this server also played the browser and its https,
with a key that it made in software. Your browser had no part in it. The proof that was copied is over
${relative(copy.until, now)}. Use the old copy again after that.</p>`
}

/** When a session ends that nobody uses. */
function ending({ settings, session: { isPopulated } }: View): Html {
  const slide = html`${toggle(settings, 'slide')}
<p class="hint">With <code>slide</code> a request that only looks keeps the session alive. Without it, only a change
does.</p>`
  return group('idle', 'Let the session end')`<div class="row">
${press('/idle', 'After a minute unused', { seconds: '60' }, !isPopulated)}
${press('/idle', 'After a day', { seconds: '86400' }, !isPopulated)}
<a class="button plain" href="/" data-dismiss>Only look</a>
</div>
<p class="hint">Your app sets <code>req.session.cookie.maxAge</code>, and
<a href="#lifetime"><code>expiresAt</code></a> follows. Look after six seconds, and the session lasts longer. Look after
a minute, and it is rejected as <code>idle</code>.</p>
${fold('What counts as use', slide)}`
}

/** What a new version of the app makes of the sessions of the old one. */
function schema({ settings }: View): Html {
  return group('schema', 'Deploy a version that expects other data')`<div class="row">
${toggle(settings, 'schema')}
${press('/set', 'Ask for much tea', { path: 'cart.tea', kind: 'text', value: 'much' })}
</div>
<p class="hint">The <code>schema</code> of the new version wants a number in <code>cart.tea</code>, and gives every
session a <code>theme</code>. A session that does not fit is empty, and <code>rejected</code> says
<code>schema</code>.</p>`
}

/** The ring, and what can be done to a key. */
function keys({ keys }: View): Html {
  const ring = html`<ul class="keys">${keys.map(keyItem)}</ul>
<p class="hint">When you revoke or drop a key, the sessions that it sealed end at once.</p>`
  return group('keys', 'Rotate the key')`${press('/keys/rotate', 'Rotate: a new key seals')}
<p class="hint">The old key still opens, so nobody is logged out. A session gets the new key with its next change.</p>
${fold(`The key ring: ${counted(keys.length, 'key')}`, ring)}`
}

const STATES = {
  active: { says: 'seals and opens', buttons: [] },
  retired: { says: 'opens; what changes is sealed with the active key', buttons: ['Revoke', 'Drop'] },
  revoked: { says: 'opens nothing', buttons: ['Drop'] },
} as const

function keyItem({ kid, state, sealedThis }: KeyView): Html {
  const { says, buttons } = STATES[state]
  const button = (what: string) =>
    press(`/keys/${what.toLowerCase()}`, html`${what}<span class="unseen"> ${kid}</span>`, { kid })
  return html`<li data-key="${kid}"><div><code class="kid">${kid}</code> <span class="chip ${state}">${state}</span>
<span class="hint">${says}${sealedThis && '; it sealed this cookie'}</span></div>
<div class="row">${buttons.map(button)}</div></li>
`
}

function size({ session: { nginxAt } }: View): Html {
  const steps = [1, 10, 100, 500].map((bytes) => html`<button name="bytes" value="${bytes}">+${bytes}</button>`)
  const more = html`${form('/grow', html`<fieldset><legend>Add to <code>notes</code></legend>${steps}</fieldset>`)}
${press('/fill', `Just above nginx (${count(nginxAt)})`, { to: 'nginx' })}
<p class="hint">Three bytes of JSON take four characters in the cookie, because it is base64url.</p>`
  return group('size', 'Fill the cookie')`<div class="row">
${press('/fill', 'Fill to the limit', { to: 'limit' })}
${press('/fill', 'One byte more', { to: 'over' })}
</div>
<p class="hint">Browsers drop a cookie that is too large without a word. So your app gets an error before that, and the
browser keeps the cookie that it had.</p>
${fold('Byte by byte', more)}`
}

/** What happens when requests overlap. Two requests at once need the page's script. */
function together({ settings }: View): Html {
  const late = html`<div class="with-script"><button type="button" data-do="late">Log out while a slow response is on
its way</button></div>
<p class="hint">The slow request began before you logged out, and its answer brings a cookie afterwards. With
<code>logoutGuard</code> you stay logged out. Without it you are logged in again.</p>
${toggle(settings, 'logoutGuard')}
<p class="hint">A small second cookie names the sessions that ended in this browser. It does not stop a thief, who has
another browser.</p>`
  return group('together', 'Send two requests at once')`<p class="without-script notice">These buttons send two
requests at the same time, which takes the page's script.</p>
<div class="row with-script"><button type="button" data-do="race">Let two requests write</button></div>
<p class="hint">Each request sets a key of its own on the session that it got. The answer that comes last wins, and the
other key is lost.</p>
${fold('A response that comes late', late)}`
}

function server({ process, hasOwnKeys, now }: View): Html {
  const keys = hasOwnKeys
    ? html`The key is from <code>SESSION_KEYS</code>, so the session also outlives Ctrl+C.`
    : html`Ctrl+C ends every session, unless you set <code>SESSION_KEYS</code>.`
  return group('server', 'Restart the server')`<div class="row">
${press('/restart', 'Restart the server')}
${press('/reset', 'Start over')}
</div>
<p class="hint">A restart ends process ${process.pid}, which started ${relative(process.since, now)}. The next one has
the key, so you stay logged in. ${keys} "Start over" forgets what this browser did.</p>`
}
