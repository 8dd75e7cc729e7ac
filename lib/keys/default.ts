import { randomBytes } from 'node:crypto'
import { SessionError } from '../errors.js'
import { warnOnce } from '../warnings.js'
import { KeyRing } from './ring.js'
import type { KeyInput } from './source.js'

/** Makes a secret of 32 random bytes: 43 characters that need quotation marks in no shell and no `.env` file. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** The variable may be in a file that was not loaded. */
const HOW_TO_SET = 'run npx sealed-session keygen --write .env, and start with node --env-file=.env'

/** The process has one, so that several middlewares without keys agree. */
let generated: KeyRing | undefined

/**
 * The ring of an app that gave no keys: those of `SESSION_KEYS`. Without it, development gets a random key, which ends
 * with the process.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` without keys in production, and for keys that cannot be used
 */
export function defaultKeys(environment: string | undefined, production: boolean): KeyRing {
  if (environment !== undefined) return fromEnvironment(environment)
  if (production) {
    throw new SessionError('ERR_SESSION_KEYS', `no keys: set SESSION_KEYS, or keys in session({ keys }); ${HOW_TO_SET}`)
  }
  warnOnce(
    'SESSION_WARN_KEYS',
    `no keys, so a random one is used and every restart ends all sessions: set SESSION_KEYS; ${HOW_TO_SET}`,
  )
  generated ??= KeyRing.from(newSecret())
  return generated
}

/** An error says that the key is in `SESSION_KEYS`, which may have been set long ago. */
function fromEnvironment(environment: string): KeyRing {
  if (environment.trim() === '') throw new SessionError('ERR_SESSION_KEYS', `SESSION_KEYS is empty: ${HOW_TO_SET}`)
  try {
    return KeyRing.from(environment as KeyInput)
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    throw new SessionError(error.code, `in SESSION_KEYS, ${error.message}`)
  }
}
