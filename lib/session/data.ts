import { SessionError } from '../errors.js'

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
