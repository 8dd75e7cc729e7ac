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
 * @param where the method and path of the request
 * @param restored what the app's schema makes of the JSON, which may be the same values again
 */
export function warnAboutAlterations(session: object, property: string, where: string, restored?: unknown): void {
  for (const { path, fate, fix } of findAlterations(session, restored)) {
    warnOnce('SESSION_WARN_ALTERED', `${inSession(path, property)} ${fate} (${where}): ${fix}`, path)
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
  /** What to store in its place. */
  readonly fix: string
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
  const altered = alterationOf(value)
  if (altered) return isDeepStrictEqual(value, restored) ? [] : [{ path, ...altered }]
  if (typeof value !== 'object' || value === null) return []
  if ('toJSON' in value) return []
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, member]) => inspect(member, pathTo(path, key), memberOf(restored, key)))
  }
  return value.flatMap((element, index) =>
    element === undefined
      ? [
          {
            path: `${path}[]`,
            fate: 'is undefined in an array and comes back as null',
            fix: 'store null, or leave it out',
          },
        ]
      : inspect(element, `${path}[]`, memberOf(restored, index)),
  )
}

function alterationOf(value: unknown): Omit<Alteration, 'path'> | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { fate: `is ${value} and comes back as null`, fix: 'store a finite number, or null' }
  }
  if (typeof value === 'function') return { fate: 'is a function and is left out', fix: 'store what it returns' }
  if (typeof value === 'symbol') return { fate: 'is a symbol and is left out', fix: 'store text' }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isObjectLiteral(value)) return undefined
  if (value instanceof Date) return { fate: 'is a Date and comes back as a string', fix: 'store date.toISOString()' }
  if (value instanceof Map) return { fate: 'is a Map and comes back as {}', fix: 'store [...map]' }
  if (value instanceof Set) return { fate: 'is a Set and comes back as {}', fix: 'store [...set]' }
  const kind = `is an instance of ${value.constructor?.name || 'a class'} and comes back as`
  if (Buffer.isBuffer(value)) {
    return { fate: `${kind} what its toJSON returns`, fix: "store buffer.toString('base64')" }
  }
  return 'toJSON' in value
    ? { fate: `${kind} what its toJSON returns`, fix: 'store that' }
    : { fate: `${kind} a plain object`, fix: 'store a plain object' }
}

/** Whether a value is an object literal. It may be of another realm, or have no prototype. */
export function isObjectLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
