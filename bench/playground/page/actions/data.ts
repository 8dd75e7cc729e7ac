import type { View } from '../../view.js'
import { type Html, html } from '../html.js'
import { form, group, press } from './form.js'

const KINDS = ['text', 'number', 'boolean', 'null', 'json', 'date', 'map', 'bigint', 'undefined', 'function']

/** Putting data in, nested or not, and taking it out. */
export function data({ session }: View): Html {
  return group(
    'data',
    'Data',
    'put something in, nest it, take it out',
    true,
    html`<div class="row">
${examples}
</div>
<p class="hint">A session holds what JSON holds. What else becomes of a value, the tree shows; what cannot be kept is an
error, and never lost in silence.</p>
${setForm(session.size.remaining)}
${removeForm(Object.keys(session.data))}`,
  )
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
