import { invalid } from '../errors.js'

/** What looks the same is the same. */
const PRINTABLE = /^[!-~]{1,128}$/
/** What comes of a variable that is not set. */
const UNSET: readonly unknown[] = [undefined, null, '', 'undefined', 'null']
/** Of a shell, a template or a YAML file; the same text would be the audience of every deployment. */
const UNRESOLVED = /^\$|[${]\{|^%.*%$|^<.*>$|^NaN$|^\[object /

/**
 * Checks an audience: 1 to 128 characters of printable ASCII without spaces.
 *
 * @param option its name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else
 */
export function checkAudience(audience: unknown, option = 'audience'): void {
  if (UNSET.includes(audience)) {
    throw invalid(`${option} is empty or undefined: set the variable that it comes from, or leave ${option} out`)
  }
  if (typeof audience === 'string' && UNRESOLVED.test(audience)) {
    throw invalid(`${option} is a reference that nothing has replaced: set what it stands for, such as "staging"`)
  }
  if (typeof audience !== 'string' || !PRINTABLE.test(audience)) {
    throw invalid(`${option} must be 1 to 128 characters of printable ASCII without spaces, such as "staging"`)
  }
}
