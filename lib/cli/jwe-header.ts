import { isoDate } from './dates.js'
import { jsonObject, type Members } from './json-object.js'
import { printable } from './printable.js'

/** Whose values say how a token was made, and nothing about its content. */
const SHOWN = new Set(['alg', 'enc', 'kid', 'typ', 'cty', 'zip', 'p2c'])
/** Some libraries keep these in the header. */
const TIMES = new Set(['iat', 'uat', 'nbf', 'exp'])

/** The protected header of any JWE, or undefined if there is none. Nothing has verified it yet. */
export function headerOf(token: string): Members | undefined {
  return jsonObject(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'))
}

/** A header in one line. Of members that may repeat claims (RFC 7519, section 5.3) only the size is told. */
export function describeHeader(header: Members): string {
  return Object.entries(header)
    .map(([name, value]) => `${printable(name)} ${describe(name, value)}`)
    .join(', ')
}

function describe(name: string, value: unknown): string {
  if (SHOWN.has(name) && (typeof value === 'string' || typeof value === 'number')) return printable(String(value))
  if (TIMES.has(name) && typeof value === 'number' && value >= 0) return isoDate(value)
  return `(${Buffer.byteLength(JSON.stringify(value))} bytes)`
}
