import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { fold, form, group, press } from './form.js'

const KINDS = ['text', 'number', 'boolean', 'null', 'json', 'date', 'map', 'bigint', 'undefined', 'function']

/** Putting data in, nested or not, and taking it out. */
export function data({ session }: View): Html {
  return group(
    'data',
    'Change the session',
    html`<div class="row">
${press('/set', 'Add a tea', { path: 'cart.tea', kind: 'number', value: String(teas(session.data) + 1) })}
${press('/remove', 'Remove the cart', { key: 'cart' }, !Object.hasOwn(session.data, 'cart'))}
</div>`,
    html`Your app sets <code>req.session.cart.tea</code>. The answer brings a new cookie. A page that only reads the
session brings none.`,
    fold(
      'Other values',
      html`<div class="row">
${examples}
</div>
<p class="hint">A session holds what JSON holds. A value that JSON cannot hold is an error, and is not lost in silence.</p>
${setForm(session.size.remaining)}
${removeForm(Object.keys(session.data))}`,
    ),
  )
}

function teas({ cart }: Readonly<Record<string, unknown>>): number {
  const { tea } = (cart ?? {}) as { readonly tea?: unknown }
  return typeof tea === 'number' ? tea : 0
}

const examples = [
  press('/set', 'Nest a cart', { path: 'cart.items', kind: 'json', value: '[{"id":42,"count":2},{"id":7,"count":1}]' }),
  press('/set', 'A Date', { path: 'visited', kind: 'date', value: '' }),
  press('/set', 'A Map', { path: 'map', kind: 'map', value: '' }),
  press('/set', 'A BigInt', { path: 'balance', kind: 'bigint', value: '9007199254740993' }),
  press('/set', 'undefined', { path: 'nothing', kind: 'undefined', value: '' }),
  press('/set', 'A function', { path: 'greet', kind: 'function', value: '' }),
]

function setForm(remaining: number): Html {
  return html`<form method="post" action="/set" class="set" data-remaining="${remaining}">
<label>Key, or path<input name="path" required value="cart.note" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
<label>Kind<select name="kind">${KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
<label class="wide">Value<input name="value" value="gift wrap" autocomplete="off"></label>
<button>Set it</button>
<output class="hint" data-cost></output>
</form>`
}

function removeForm(keys: readonly string[]): Html {
  const isEmpty = keys.length === 0
  return form(
    '/remove',
    html`<label>Top-level key<select name="key"${isEmpty && html` disabled`}>${
      isEmpty ? html`<option>none yet</option>` : keys.map((key) => html`<option>${key}</option>`)
    }</select></label><button${isEmpty && html` disabled`}>Remove it</button>`,
  )
}
