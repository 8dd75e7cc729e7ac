import { warnOnce } from '../warnings.js'

const LONGEST_KEY = 40

/** Extends a path such as `cart.items` by a key: `cart.items[2]`, `cart.items["two words"]`. Long keys are cut. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`
  const name = shortened(key)
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${parent}[${quoted(name)}]`
  return parent === '' ? name : `${parent}.${name}`
}

/** JSON, with the two line ends that JSON leaves as they are: users choose keys, and a message is one line of a log. */
function quoted(key: string): string {
  return JSON.stringify(key).replace(/[\u2028\u2029]/g, '?')
}

function shortened(key: string): string {
  return key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}...` : key
}

/** A path as code would write it: `session.cart[2]`, `session["two words"]`. */
export function inSession(path: string, property = 'session'): string {
  return path === '' || path.startsWith('[') ? `${property}${path}` : `${property}.${path}`
}

/** Warns of values that JSON alters, each place once. For development: it walks through the data. */
export function warnAboutAlterations(session: object, property: string): void {
  for (const { path, fate } of findAlterations(session)) {
    warnOnce('SESSION_WARN_ALTERED', `${inSession(path, property)} ${fate}: store what JSON keeps as it is`, path)
  }
}

/** Looking must not do harm: a getter may throw this time, though it did not when the session was sealed. */
function findAlterations(session: object): Alteration[] {
  try {
    return alterations(session)
  } catch {
    return []
  }
}

/** A value that comes back from JSON as something else. */
export interface Alteration {
  readonly path: string
  /** What happens to it, as the end of a sentence. */
  readonly fate: string
}

/**
 * The values that JSON would alter, for a warning in development. `undefined` as a property is not one of them:
 * assigning it is a usual way to remove something. Indexes are left out of paths (`items[].price`), so that the
 * same mistake in every element is one place.
 *
 * @param data can be serialized, so it has no cycles
 */
export function alterations(data: object): Alteration[] {
  return Object.entries(data).flatMap(([key, value]) => inspect(value, pathTo('', key)))
}

function inspect(value: unknown, path: string): Alteration[] {
  const fate = fateOf(value)
  if (fate) return [{ path, fate }]
  if (typeof value !== 'object' || value === null) return []
  if ('toJSON' in value) return []
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, member]) => inspect(member, pathTo(path, key)))
  }
  return value.flatMap((element) =>
    element === undefined
      ? [{ path: `${path}[]`, fate: 'is undefined in an array and comes back as null' }]
      : inspect(element, `${path}[]`),
  )
}

function fateOf(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return `is ${value} and comes back as null`
  if (typeof value === 'function' || typeof value === 'symbol') return `is a ${typeof value} and is left out`
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isPlain(value)) return undefined
  const kind = value.constructor?.name || 'a class'
  if (value instanceof Date) return 'is a Date and comes back as a string'
  if (value instanceof Map || value instanceof Set) return `is a ${kind} and comes back as {}`
  return `is an instance of ${kind} and comes back as ${'toJSON' in value ? 'what its toJSON returns' : 'a plain object'}`
}

/** An object literal, also one of another realm or without a prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
