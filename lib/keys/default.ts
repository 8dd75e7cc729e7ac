import { SessionError } from '../errors.js'
import { warnOnce } from '../warnings.js'
import { newSecret } from './new-secret.js'
import { KeyRing } from './ring.js'
import { HOW_TO_MAKE, type KeyInput } from './source.js'

/** One for the process, so that several middlewares without keys agree. */
let generated: KeyRing | undefined

/**
 * The ring of an app that gave no keys: those of `SESSION_KEYS`; without it a random one in development, which no
 * restart survives, and an error in production.
 */
export function defaultKeys(environment: string | undefined, production: boolean): KeyRing {
  if (environment !== undefined) return KeyRing.from(environment as KeyInput)
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
