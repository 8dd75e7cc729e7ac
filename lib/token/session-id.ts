import { createHash, randomBytes } from 'node:crypto'

/** Makes a session id of 16 random bytes: 22 characters of base64url. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * Hashes the cookies that a migrated session was read from. Requests that bring them at the same time get a session
 * each with the same hash, so that a log-out ends all of them.
 */
export function sourceOf(cookies: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(cookies)).digest().subarray(0, 16).toString('base64url')
}

/** Hashes a session id for logs and events, where it is of no use to a thief. */
export function hashSessionId(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url').slice(0, 16)
}
