import { decodeBase64url } from './base64url.js'

// A closed list, so that what a later standard adds is refused until it was thought about. Not on it: `zip`, which
// inflates, `crit`, which must be understood, and `jku`, `jwk`, `x5u`, `p2c`, which let a token choose its own key.
const MEMBERS = new Set(['alg', 'enc', 'kid', 'typ', 'cty'])

/** The JWE protected header of a token that this key seals, in base64url (RFC 7516, section 4). */
export function protectedHeader(kid: string): string {
  return Buffer.from(`{"alg":"dir","enc":"A256GCM","kid":"${kid}"}`).toString('base64url')
}

/**
 * The `kid` of a protected header that asks for direct encryption with A256GCM; undefined for every other header.
 * It is not authenticated yet: good for looking up a key in a Map, and for nothing else.
 */
export function kidOf(header: string): string | undefined {
  const members = parse(header)
  if (members === undefined || !Object.keys(members).every((member) => MEMBERS.has(member))) return undefined
  const { alg, enc, kid } = members
  return alg === 'dir' && enc === 'A256GCM' && typeof kid === 'string' ? kid : undefined
}

function parse(header: string): Record<string, unknown> | undefined {
  const bytes = decodeBase64url(header)
  if (bytes === undefined) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
