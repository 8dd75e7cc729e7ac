import { types } from 'node:util'
import { invalid, SessionError } from '../errors.js'
import { inSession, pathTo } from './altered.js'

/**
 * Returns a value that can become session data. @throws {SessionError} `ERR_SESSION_OPTIONS` unless it is a plain
 * object
 */
export function dataFrom(value: unknown): object {
  if (typeof value === 'object' && value !== null && hasOnlyKeys(value)) return value
  throw invalid(
    'session data must be a plain object: store the value under a key, and await a promise first. To end the session, assign null',
  )
}

/**
 * Whether all content of an object is in its properties. That of a Map, a Promise without `await` or URLSearchParams
 * would be lost. Their tags tell them, also those of another realm.
 */
function hasOnlyKeys(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]'
}

/**
 * The data of a session as JSON. Changes are recognized by comparing this text.
 *
 * @throws {SessionError} `ERR_SESSION_UNSERIALIZABLE` with the path of a value that JSON cannot hold
 */
export function serialize(data: object): string {
  refuseWhileSerializing()
  const json = whileSerializing(() => stringify(data))
  // The data may have a toJSON, which can return any value.
  if (json?.[0] === '{') return json
  throw new SessionError(
    'ERR_SESSION_UNSERIALIZABLE',
    'the session has a toJSON that does not return an object: store plain data',
    { path: 'toJSON' },
  )
}

/** Also while a session is serialized. @throws {SessionError} as `serialize` does */
export function stringify(data: object): string | undefined {
  try {
    return JSON.stringify(data)
  } catch {
    throw unserializable(data)
  }
}

/** A session is being serialized, which may run a getter or a `toJSON` of the app. */
let serializing = false

/** Runs code that may run a getter or a `toJSON` of the app, which must not use the session meanwhile. */
export function whileSerializing<Result>(run: () => Result): Result {
  serializing = true
  try {
    return run()
  } finally {
    serializing = false
  }
}

/** Such code must not serialize or replace a session: it would run without end. @throws {SessionError} */
export function refuseWhileSerializing(): void {
  if (!serializing) return
  throw new SessionError(
    'ERR_SESSION_UNSERIALIZABLE',
    'the session has a getter or toJSON that uses the session while it is serialized: store plain data',
  )
}

const THROWING_PROXY = 'is a proxy that throws, such as a draft of immer that is over: store plain data'

interface Culprit {
  readonly path: string
  readonly what: string
}

function unserializable(data: object): SessionError {
  const { path, what } = find(data)
  return new SessionError('ERR_SESSION_UNSERIALIZABLE', `${inSession(path)} ${what}`, { path })
}

// The error of a getter or toJSON is not passed on, because its message may hold session data.
function find(data: object): Culprit {
  try {
    return search(data, '', new Set()) ?? { path: '', what: 'cannot be serialized as JSON: store plain data' }
  } catch {
    // The code of the app is called elsewhere, so this is the end of the stack.
    return { path: '', what: 'is nested too deeply for JSON: store it flatter, or elsewhere' }
  }
}

function search(value: unknown, path: string, ancestors: Set<object>): Culprit | undefined {
  if (typeof value === 'bigint' || types.isBigIntObject(value))
    return { path, what: 'is a BigInt, which JSON cannot hold: store it as a string' }
  if (typeof value !== 'object' || value === null) return undefined
  if (ancestors.has(value)) {
    return { path, what: 'refers back to an object that contains it: store an id in its place' }
  }
  const keys = keysOf(value)
  if (keys === undefined) return { path, what: THROWING_PROXY }
  ancestors.add(value)
  for (const key of keys) {
    const inside = pathTo(path, Array.isArray(value) ? Number(key) : key)
    const read = readAsJson(value, key)
    if ('threw' in read) return { path: inside, what: read.threw }
    const culprit = search(read.value, inside, ancestors)
    if (culprit) return culprit
  }
  ancestors.delete(value)
  return undefined
}

/** The keys that JSON reads. Of an array, these are its indexes only. undefined if a proxy throws. */
function keysOf(value: object): string[] | undefined {
  try {
    const keys = Object.keys(value)
    return Array.isArray(value) ? keys.filter((key) => isIndex(key, value)) : keys
  } catch (error) {
    if (isStackOverflow(error)) throw error
    return undefined
  }
}

/** It has no code, and its text is V8's. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded'
}

/** Array indexes (ECMA-262, section 6.1.7). Counting up to `length` would visit every hole. */
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
  try {
    const toJSON: unknown = (value as { toJSON?: unknown } | null | undefined)?.toJSON
    return { value: typeof toJSON === 'function' ? toJSON.call(value, key) : value }
  } catch (error) {
    if (isStackOverflow(error)) throw error
    return { threw: types.isProxy(value) ? THROWING_PROXY : 'has a toJSON that throws: store plain data' }
  }
}
