import { createHash, randomBytes } from 'node:crypto'

/** A new session id: 16 random bytes, 22 characters of base64url. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * What stands for the cookies of another package that a session came from: the same for all requests that bring them.
 * Those which are under way at once have a session each, and what ends one of them ends all.
 */
export function sourceOf(cookies: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(cookies)).digest().subarray(0, 16).toString('base64url')
}

/** What stands for a session id in logs and events: the same for the same session, and of no use to a thief. */
export function hashSessionId(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url').slice(0, 16)
}
