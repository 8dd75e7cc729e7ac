import { checkName } from '../cookie-name.js'

/** Also several, so that what `checkName` has to say never repeats what was typed. */
const PREFIXES = /^(?:__(?:secure|host-http|host|http)-)+/i

/** The name that a cookie's keys are derived for: without `__Host-Http-`, `__Host-` or `__Secure-`. */
export function withoutPrefix(name: string): string {
  return name.replace(PREFIXES, '')
}

/**
 * The base name that `--name` gives, as it is or as browsers show it.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if no cookie can have it
 */
export function baseNameOf(option: string): string {
  const name = withoutPrefix(option)
  checkName(name)
  return name
}
