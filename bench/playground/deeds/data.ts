import { Refusal } from '../refusal.js'
import type { Kept, Plan } from './deed.js'
import { madeOf } from './values.js'

const DEEPEST = 8
/** In bytes. More than fits by far, and no burden for the other side's memory. */
const LARGEST_STEP = 10_000
export const NOTES = 'notes'

/** Puts a value under a key, or under a path such as `cart.items`. */
export const set: Plan = (fields) => {
  const path = fields('path').trim().split('.')
  const [kind, text] = [fields('kind') || 'text', fields('value')]
  if (path.some((key) => key === '')) throw new Refusal('Please give a key, or a path such as cart.items.')
  if (path.length > DEEPEST) throw new Refusal(`Please nest at most ${DEEPEST} deep.`)
  // Also where it is not put anywhere, so that what cannot be a value is said before anything is done.
  madeOf(kind, text)
  return {
    title: `Set ${path.join('.')} to ${words(kind, text)}`,
    asked: { kind, path },
    perform: ({ session }) => put(session, path, madeOf(kind, text)),
  }
}

export const remove: Plan = (fields) => {
  const key = fields('key')
  if (key === '') throw new Refusal('Please say which key to remove.')
  return { title: `Removed ${key}`, perform: ({ session }) => Reflect.deleteProperty(session, key) }
}

/** Adds so many bytes of text to the notes. */
export const grow: Plan = (fields) => {
  const bytes = Number(fields('bytes'))
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > LARGEST_STEP) {
    throw new Refusal(`Please give a number of bytes from 1 to ${LARGEST_STEP}.`)
  }
  return {
    title: `Added ${bytes === 1 ? '1 byte' : `${bytes} bytes`} to ${NOTES}`,
    perform({ session }) {
      const { [NOTES]: notes } = session
      session[NOTES] = (typeof notes === 'string' ? notes : '') + 'x'.repeat(bytes)
    },
  }
}

/** Walks own properties only: `__proto__` and `constructor` are data like any other, and lead nowhere. */
function put(session: Kept, path: readonly string[], value: unknown): void {
  const [first = '', ...others] = path
  const last = others.pop()
  // The session itself is asked: it has names that cannot hold data, and says so.
  if (last === undefined) return void Object.assign(session, { [first]: value })
  if (!isObject(own(session, first))) Object.assign(session, { [first]: {} })
  let inside = own(session, first) as object
  for (const key of others) {
    if (!isObject(own(inside, key))) define(inside, key, {})
    inside = own(inside, key) as object
  }
  define(inside, last, value)
}

function own(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value
}

function define(holder: object, key: string, value: unknown): void {
  const isLength = Array.isArray(holder) && !/^\d{1,3}$/.test(key)
  if (isLength) throw new Refusal('That leads into an array. Please give an index from 0 to 999 there.')
  Object.defineProperty(holder, key, { value, configurable: true, enumerable: true, writable: true })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function words(kind: string, text: string): string {
  const names: Readonly<Record<string, string>> = {
    date: 'a Date',
    map: 'a Map',
    bigint: 'a BigInt',
    function: 'a function',
  }
  if (names[kind] !== undefined) return names[kind]
  if (kind === 'null' || kind === 'undefined') return kind
  return text.length > 40 ? `${kind} of ${text.length} characters` : kind === 'text' ? `"${text}"` : text
}
