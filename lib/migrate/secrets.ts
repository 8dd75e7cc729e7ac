import { refused } from './reader-options.js'

/** A secret as other packages take them: of any length, as text or bytes. */
export type Secret = string | Uint8Array

/**
 * The secrets of another package, newest first, checked only for being there: how strong they are was its business,
 * and sessions that exist would not become better by being refused.
 *
 * @param option the option's name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if there is none
 */
export function secretsFrom(reader: string, option: string, given: unknown): readonly Secret[] {
  const secrets: unknown[] = Array.isArray(given) ? [...given] : [given]
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets
  throw refused(reader, `${option} must be the secret of the other package, or an array of every secret in use`)
}

function isSecret(value: unknown): value is Secret {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > 0
}
