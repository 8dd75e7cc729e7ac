import { epochSeconds } from '../clock.js'

/**
 * Whether claims are in force now: before `exp` and not before `nbf` (RFC 7519, sections 4.1.4 and 4.1.5), as far as
 * they are there. One that is no number is not passed over.
 */
export function isInForce({ exp, nbf }: Readonly<Record<string, unknown>>): boolean {
  const now = epochSeconds()
  return (
    (exp === undefined || (typeof exp === 'number' && exp > now)) &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= now))
  )
}
