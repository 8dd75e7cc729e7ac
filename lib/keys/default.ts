import { randomBytes } from 'node:crypto'
import { SessionError } from '../errors.js'
import { warnOnce } from '../warnings.js'
import { KeyRing } from './ring.js'
import { HOW_TO_MAKE, type KeyInput } from './source.js'

/** A new secret: 32 random bytes, as 43 characters that no shell and no `.env` file needs quotation marks for. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** One for the process, so that several middlewares without keys agree. */
let generated: KeyRing | undefined

/**
 * The ring of an app that gave no keys: those of `SESSION_KEYS`; without it a random one in development, which no
 * restart survives, and an error in production.
 */
export function defaultKeys(environment: string | undefined, production: boolean): KeyRing {
  if (environment !== undefined) return fromEnvironment(environment)
  if (production) {
    throw new SessionError('ERR_SESSION_KEYS', `no keys: set SESSION_KEYS or give session({ keys }); ${HOW_TO_MAKE}`)
  }
  warnOnce(
    'SESSION_WARN_KEYS',
    `no keys, so a random one is used and every restart ends all sessions: set SESSION_KEYS; ${HOW_TO_MAKE}`,
  )
  generated ??= KeyRing.from(newSecret())
  return generated
}

/** Whoever has set it some time ago needs to hear where the key is that is wrong. */
function fromEnvironment(environment: string): KeyRing {
  if (environment.trim() === '') throw new SessionError('ERR_SESSION_KEYS', `SESSION_KEYS is empty; ${HOW_TO_MAKE}`)
  try {
    return KeyRing.from(environment as KeyInput)
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    throw new SessionError(error.code, `in SESSION_KEYS, ${error.message}`)
  }
}
