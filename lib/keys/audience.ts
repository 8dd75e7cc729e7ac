import { invalid } from '../errors.js'

/** Printable ASCII without spaces: what looks the same is the same. HKDF's info, which contains it, has 1024 bytes at most. */
const AUDIENCE = /^[!-~]{1,128}$/
/** What a variable of the environment gives that is not set. */
const UNSET: readonly unknown[] = [undefined, null, '', 'undefined', 'null']

/**
 * Checks an audience: 1 to 128 characters of printable ASCII without spaces.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else
 */
export function checkAudience(audience: unknown): asserts audience is string {
  if (UNSET.includes(audience)) {
    throw invalid('audience is empty or undefined: set the variable that it comes from, or leave audience out for none')
  }
  if (typeof audience === 'string' && AUDIENCE.test(audience)) return
  throw invalid('audience must be 1 to 128 characters of printable ASCII without spaces, such as "staging"')
}
