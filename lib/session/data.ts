import { SessionError } from '../errors.js'

/** The plain data of what is to become a session's. */
export function dataFrom(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && hasOnlyKeys(value)) return value
  throw new SessionError(
    'ERR_SESSION_OPTIONS',
    'a session takes an object as its data; assign null to end it, or give the value a key of its own',
  )
}

/** A Map and its like keep their content where it cannot be seen, so it would be lost. */
function hasOnlyKeys(value: object): boolean {
  return !(value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof Date)
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
