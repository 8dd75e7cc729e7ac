import { SessionError } from '../errors.js'
import { inSession, pathTo } from './altered.js'

/** The plain data of what is to become a session's. @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else */
export function dataFrom(value: unknown): object {
  if (typeof value === 'object' && value !== null && hasOnlyKeys(value)) return value
  throw new SessionError(
    'ERR_SESSION_OPTIONS',
    'session data must be a plain object: store the value under a key, or assign null to end the session',
  )
}

/**
 * A Map, a Promise that nobody has awaited, URLSearchParams and their like keep their content where it cannot be seen,
 * so it would be lost. They say so, which holds for those of another realm, too.
 */
function hasOnlyKeys(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]'
}

/**
 * Puts a value into a session. By assignment only where nobody has a say in it: `__proto__` and whatever else has been
 * put on a prototype are keys like any other, and users choose keys.
 */
export function define(session: object, key: string, value: unknown): void {
  if (key in session) {
    Object.defineProperty(session, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    ;(session as Record<string, unknown>)[key] = value
  }
}

/**
 * The data of a session as JSON, which is also what changes are recognized by.
 *
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE` with the path of a value that JSON cannot hold
 */
export function serialize(data: object): string {
  refuseWhileSerializing()
  let json: string | undefined
  serializing = true
  try {
    json = stringify(data)
  } finally {
    serializing = false
  }
  // A toJSON among the data can answer anything, undefined included.
  if (json?.[0] === '{') return json
  throw new SessionError(
    'ERR_SESSION_UNSERIALIZABLE',
    'the session has a toJSON that does not return an object: store plain data',
    { path: 'toJSON' },
  )
}

function stringify(data: object): string | undefined {
  try {
    return JSON.stringify(data)
  } catch {
    throw unserializable(data)
  }
}

/** Some session is being serialized, which may run code of the app: a getter, or a `toJSON`. */
let serializing = false

/**
 * Such code must not have the session serialized again, nor put another in its place: it would come here for ever.
 *
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE`
 */
export function refuseWhileSerializing(): void {
  if (!serializing) return
  throw new SessionError(
    'ERR_SESSION_UNSERIALIZABLE',
    'the session has a getter or toJSON that uses the session while it is serialized: store plain data',
  )
}

interface Culprit {
  readonly path: string
  readonly what: string
}

function unserializable(data: object): SessionError {
  const { path, what } = find(data)
  return new SessionError('ERR_SESSION_UNSERIALIZABLE', `${inSession(path)} ${what}`, { path })
}

// The error that a getter or toJSON threw is not passed on: its message may hold session data.
function find(data: object): Culprit {
  try {
    return search(data, '', new Set()) ?? { path: '', what: 'cannot be serialized as JSON: store plain data' }
  } catch {
    return { path: '', what: 'is nested too deeply for JSON: store it flatter, or elsewhere' }
  }
}

function search(value: unknown, path: string, ancestors: Set<object>): Culprit | undefined {
  if (typeof value === 'bigint') return { path, what: 'is a BigInt, which JSON cannot hold: store it as a string' }
  if (typeof value !== 'object' || value === null) return undefined
  if (ancestors.has(value)) {
    return { path, what: 'refers back to an object that contains it: store an id in its place' }
  }
  ancestors.add(value)
  for (const key of keysOf(value)) {
    const inside = pathTo(path, Array.isArray(value) ? Number(key) : key)
    const read = readAsJson(value, key)
    if ('threw' in read) return { path: inside, what: read.threw }
    const culprit = search(read.value, inside, ancestors)
    if (culprit) return culprit
  }
  ancestors.delete(value)
  return undefined
}

/** The keys that JSON looks at, which of an array are its indexes alone. */
function keysOf(value: object): string[] {
  const keys = Object.keys(value)
  return Array.isArray(value) ? keys.filter((key) => isIndex(key, value)) : keys
}

/** By what the language says an array index is (ECMA-262, section 6.1.7); walking to `length` would visit all holes. */
function isIndex(key: string, { length }: readonly unknown[]): boolean {
  return String(Number(key) >>> 0) === key && Number(key) < length
}

function readAsJson(holder: object, key: string): { value: unknown } | { threw: string } {
  let value: unknown
  try {
    value = (holder as Record<string, unknown>)[key]
  } catch {
    return { threw: 'has a getter that throws: store its value' }
  }
  if (typeof (value as { toJSON?: unknown } | null | undefined)?.toJSON !== 'function') return { value }
  try {
    return { value: (value as { toJSON(key: string): unknown }).toJSON(key) }
  } catch {
    return { threw: 'has a toJSON that throws: store plain data' }
  }
}
