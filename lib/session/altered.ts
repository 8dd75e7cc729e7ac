import { isDeepStrictEqual } from 'node:util'
import { warnOnce } from '../warnings.js'

/** In characters. */
const MAX_KEY = 40

/** Extends a path such as `cart.items` by a key: `cart.items[2]`, `cart.items["two words"]`. It shortens long keys. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`
  const name = shortened(key)
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${parent}[${quoted(name)}]`
  return parent === '' ? name : `${parent}.${name}`
}

/** Users may choose keys, and a warning is one line of a log. JSON leaves two line separators as they are. */
function quoted(key: string): string {
  return JSON.stringify(key).replace(/[\u2028\u2029]/g, '?')
}

function shortened(key: string): string {
  return key.length > MAX_KEY ? `${key.slice(0, MAX_KEY)}...` : key
}

/** A path as code would write it: `session.cart[2]`, `session["two words"]`. */
export function inSession(path: string, property = 'session'): string {
  return path === '' || path.startsWith('[') ? `${property}${path}` : `${property}.${path}`
}

/**
 * Warns of values that JSON alters, once per place. For development: it walks through all data.
 *
 * @param restored what the app's schema makes of the JSON, which may be the same values again
 */
export function warnAboutAlterations(session: object, property: string, restored?: unknown): void {
  for (const { path, fate } of findAlterations(session, restored)) {
    warnOnce('SESSION_WARN_ALTERED', `${inSession(path, property)} ${fate}: store what JSON keeps as it is`, path)
  }
}

/** A getter may throw now that did not when the session was sealed. No response may fail for a warning. */
function findAlterations(session: object, restored: unknown): Alteration[] {
  try {
    return alterations(session, restored)
  } catch {
    return []
  }
}

/** A value that comes back from JSON as something else. */
export interface Alteration {
  /** Where it is, without indexes: `items[].price`. */
  readonly path: string
  /** What happens to it, as the end of a sentence that begins with the path. */
  readonly fate: string
}

/**
 * Finds the values that JSON would alter, but for properties that are `undefined`: assigning it is a usual way to
 * remove a value. Paths have no indexes, so that the same mistake in every element is one place.
 *
 * @param data without cycles
 * @param restored where it has an equal value in the same place, nothing is altered
 */
export function alterations(data: object, restored?: unknown): Alteration[] {
  return Object.entries(data).flatMap(([key, value]) => inspect(value, pathTo('', key), memberOf(restored, key)))
}

function memberOf(value: unknown, key: string | number): unknown {
  return (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[key]
}

function inspect(value: unknown, path: string, restored: unknown): Alteration[] {
  const fate = fateOf(value)
  if (fate) return isDeepStrictEqual(value, restored) ? [] : [{ path, fate }]
  if (typeof value !== 'object' || value === null) return []
  if ('toJSON' in value) return []
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, member]) => inspect(member, pathTo(path, key), memberOf(restored, key)))
  }
  return value.flatMap((element, index) =>
    element === undefined
      ? [{ path: `${path}[]`, fate: 'is undefined in an array and comes back as null' }]
      : inspect(element, `${path}[]`, memberOf(restored, index)),
  )
}

function fateOf(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return `is ${value} and comes back as null`
  if (typeof value === 'function' || typeof value === 'symbol') return `is a ${typeof value} and is left out`
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isObjectLiteral(value)) return undefined
  const kind = value.constructor?.name || 'a class'
  if (value instanceof Date) return 'is a Date and comes back as a string'
  if (value instanceof Map || value instanceof Set) return `is a ${kind} and comes back as {}`
  return `is an instance of ${kind} and comes back as ${'toJSON' in value ? 'what its toJSON returns' : 'a plain object'}`
}

/** Whether a value is an object literal. It may be of another realm, or have no prototype. */
export function isObjectLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
