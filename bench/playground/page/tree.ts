import { type Html, html } from './html.js'
import { count, counted } from './words.js'

/** A longer text is cut in the page, not in the session. */
const LONGEST_TEXT = 60

/** Data as JSON brought them back, each with its type. */
export function tree(data: Readonly<Record<string, unknown>>): Html {
  return branch(Object.entries(data), 'tree')
}

function branch(entries: readonly (readonly [string, unknown])[], name: string): Html {
  return html`<ul class="${name}">
${entries.map(([key, value]) => leaf(key, value))}
</ul>`
}

function leaf(key: string, value: unknown): Html {
  const entries = entriesOf(value)
  return html`<li data-key="${key}"><span class="key">${key}</span> <span class="type">${typeOf(value)}</span>
${entries === undefined ? html`<span class="value">${preview(value)}</span>` : entries.length > 0 && branch(entries, 'branch')}</li>
`
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'array, empty' : `array of ${count(value.length)}`
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `text, ${counted(value.length, 'character')}` : 'text'
  if (typeof value !== 'object') return typeof value
  const keys = Object.keys(value).length
  return keys === 0 ? 'object, empty' : `object, ${counted(keys, 'key')}`
}

function preview(value: unknown): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value
}
