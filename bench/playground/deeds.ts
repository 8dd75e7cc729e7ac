import { EventEmitter, once } from 'node:events'
import { type Fields, Refusal } from './http.js'
import { counted } from './page/html.js'

/** A request as both middlewares leave it: what both sessions have, and data. */
export interface Sessioned {
  readonly session: Record<string, unknown> & {
    regenerate(done: (error?: unknown) => void): unknown
    destroy(done: (error?: unknown) => void): unknown
    readonly cookie: { maxAge: number | null }
  }
}

/** Something that is done to a session, and to the one on the other side in the same way. */
export interface Deed {
  /** `Logged in as Ada` */
  readonly title: string
  /** A value of which kind was put where, for what becomes of it. */
  readonly about?: { readonly asked: { readonly kind: string; readonly path: readonly string[] } }
  perform(req: Sessioned): unknown
}

/** @throws {Refusal} for fields that make no sense */
type Plan = (fields: Fields) => Deed

const DEEPEST = 8
/** In bytes. More than fits by far, and no burden for the other side's memory. */
const LARGEST_STEP = 10_000
/** In seconds. */
const DAY = 86_400
export const NOTES = 'notes'

/** A new id and no data: nobody can have planted the session that somebody logs in to. */
const logIn: Plan = ({ name: given = '' }) => {
  const name = given.trim()
  if (name === '') throw new Refusal('Please give a name to log in with.')
  return {
    title: `Logged in as ${name.length > 40 ? `${name.slice(0, 40)}…` : name}`,
    async perform(req) {
      await called((done) => req.session.regenerate(done))
      req.session['user'] = name
    },
  }
}

const logOut: Plan = () => ({
  title: 'Logged out',
  perform: (req) => called((done) => req.session.destroy(done)),
})

export const set: Plan = ({ path: given = '', kind = 'text', value = '' }) => {
  const path = given.trim().split('.')
  if (path.some((key) => key === '')) throw new Refusal('Please give a key, or a path such as cart.items.')
  if (path.length > DEEPEST) throw new Refusal(`Please nest at most ${DEEPEST} deep.`)
  if (!KINDS.includes(kind)) throw new Refusal(`There is no kind of value "${kind.slice(0, 20)}".`)
  const made = MAKERS[kind]?.(value)
  return {
    title: `Set ${path.join('.')} to ${inWords(kind, value)}`,
    about: { asked: { kind, path } },
    perform: ({ session }) => put(session, path, made, assign),
  }
}

const remove: Plan = ({ key = '' }) => {
  if (key === '') throw new Refusal('Please say which key to remove.')
  return { title: `Removed ${key}`, perform: ({ session }) => Reflect.deleteProperty(session, key) }
}

const grow: Plan = ({ bytes: given }) => {
  const bytes = Number(given)
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > LARGEST_STEP) {
    throw new Refusal(`Please give a number of bytes from 1 to ${LARGEST_STEP}.`)
  }
  return {
    title: `Added ${counted(bytes, 'byte')} to ${NOTES}`,
    perform({ session }) {
      const { [NOTES]: notes } = session
      session[NOTES] = (typeof notes === 'string' ? notes : '') + 'x'.repeat(bytes)
    },
  }
}

/** Gives this session an idle timeout of its own. */
const idle: Plan = ({ seconds }) => {
  const length = Number(seconds)
  if (!Number.isInteger(length) || length < 1) throw new Refusal('Please give whole seconds.')
  return {
    title: `Set the idle timeout to ${length === DAY ? 'a day' : `${length} seconds`}`,
    perform({ session }) {
      session.cookie.maxAge = length * 1000
    },
  }
}

/** What can be done to a session, by path. The other side has the same. */
export const DEEDS: Readonly<Record<string, Plan>> = {
  '/log-in': logIn,
  '/log-out': logOut,
  '/set': set,
  '/remove': remove,
  '/grow': grow,
  '/idle': idle,
}

/** Requests that wait for another one before they write, by path: each other, or a log-out. */
export const HELD = {
  '/race/a': { kind: 'race', field: 'race-a' },
  '/race/b': { kind: 'race', field: 'race-b' },
  '/slow': { kind: 'late', field: 'late' },
} as const

/** Holds such requests, though not for ever. Each side has gates of its own. */
export function newGates(patience: number) {
  const gates = new EventEmitter()
  return {
    /** Goes on when the second has come to a race, or when somebody has logged out. */
    async open(kind: 'race' | 'late'): Promise<void> {
      const opened = once(gates, kind, { signal: AbortSignal.timeout(patience) }).catch(() => {})
      if (kind === 'race' && gates.listenerCount(kind) === 2) gates.emit(kind)
      await opened
    },
    loggedOut: () => void gates.emit('late'),
  }
}

/** Beside our own types, `req.session` is declared to be one of ours. */
export function sessioned(req: unknown): Sessioned {
  return req as Sessioned
}

/** Waits for a method that takes a callback, as both middlewares offer it. */
function called(method: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    method((error) => (error ? reject(error) : resolve()))
  })
}

/** Walks own properties only: `__proto__` and `constructor` are data like any other, and lead nowhere. */
function put(holder: object, path: readonly string[], value: unknown, write = define): void {
  const [key = '', ...others] = path
  const known = Object.getOwnPropertyDescriptor(holder, key)?.value
  const inside = others.length > 0 && !isObject(known) ? {} : known
  write(holder, key, others.length > 0 ? inside : value)
  if (others.length > 0) put(inside, others, value)
}

function define(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d{1,3}$/.test(key)) {
    throw new Refusal('That leads into an array. Please give an index from 0 to 999 there.')
  }
  Object.defineProperty(holder, key, { value, configurable: true, enumerable: true, writable: true })
}

/** The session itself is asked: it has names that cannot hold data, and says so. */
function assign(session: object, key: string, value: unknown): void {
  Object.assign(session, { [key]: value })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** What JSON does not hold as it is. */
export const ODD: ReadonlyMap<string, string> = new Map([
  ['date', 'Date'],
  ['map', 'Map'],
  ['bigint', 'BigInt'],
  ['function', 'function'],
])

function inWords(kind: string, text: string): string {
  if (ODD.has(kind)) return `a ${ODD.get(kind)}`
  if (kind === 'null' || kind === 'undefined') return kind
  return text.length > 40 ? `${kind} of ${text.length} characters` : kind === 'text' ? `"${text}"` : text
}

const MAKERS: Readonly<Record<string, (text: string) => unknown>> = {
  text: (text) => text,
  number: (text) => checked(Number(text), text.trim() !== '' && Number.isFinite(Number(text)), 'a number, such as 42'),
  boolean: (text) => checked(text === 'true', ['true', 'false', ''].includes(text), 'true or false'),
  null: () => null,
  json: (text) => checked(parsed(text)?.value, parsed(text) !== undefined, 'JSON, such as {"a": [1, 2]}'),
  date: (text) => checked(new Date(text || Date.now()), !Number.isNaN(Date.parse(text || '2000')), 'a date'),
  map: mapFrom,
  bigint: (text) => BigInt(checked(text || String(2n ** 64n), /^(-?\d+)?$/.test(text), 'a whole number, without n')),
  undefined: () => undefined,
  function: () => function greet() {},
}

export const KINDS: readonly string[] = Object.keys(MAKERS)

function checked<Value>(value: Value, isRight: boolean, example: string): Value {
  if (isRight) return value
  throw new Refusal(`That is no value of this kind. Please give ${example}.`)
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** From an object as JSON; any other text becomes the only value in it. */
function mapFrom(text: string): Map<string, unknown> {
  if (text === '') return new Map([['apples', 2]])
  const value = parsed(text)?.value
  return new Map(isObject(value) ? Object.entries(value) : [['value', value ?? text]])
}
