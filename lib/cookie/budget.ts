import { type KeyCost, SessionError } from '../errors.js'
import { pathTo } from '../session/altered.js'
import { base64urlLength } from '../token/compact.js'
import type { SessionSize } from '../types.js'

/** Browsers ignore a cookie whose name and value have more bytes (RFC 6265bis, section 5.6). */
export const MAX_COOKIE_BYTES = 4096
/** `sizeLimit`, unless the app sets it. */
export const DEFAULT_SIZE_LIMIT = 4093

/** What browsers count against their limit: the bytes of name and value, without equals sign and attributes. */
export function cookieBytes(name: string, value: { readonly length: number }): number {
  return name.length + value.length
}

/** Compares the cost of a session, and of each of its keys, with the limit. */
export function sizeOf(bytes: number, limit: number, data: object): SessionSize {
  return { bytes, limit, remaining: limit - bytes, largest: costs(data) }
}

/** The error for a session over the limit. A browser would drop its cookie and keep the old one, without a word. */
export function overflow({ bytes, limit, largest }: SessionSize): SessionError {
  const most = largest.slice(0, 3).map(({ key, bytes: cost }) => `${pathTo('', key)} (${cost} bytes)`)
  const [first, ...others] = most
  const keys =
    others.length > 0 ? `Its largest keys are ${most.join(', ')}. ` : first ? `Its largest key is ${first}. ` : ''
  const message =
    `the session is too large for a cookie: it needs ${bytes} bytes, and the limit is ${limit}. ${keys}` +
    'Keep an id in the session, and what it stands for in a database'
  return new SessionError('ERR_SESSION_OVERFLOW', message, { bytes, limit, largest })
}

/** The share of each top-level key in the token: its JSON with name, colon and comma, in base64url. */
function costs(data: object): KeyCost[] {
  const shares = Object.entries(data).map(([key, value]) => ({ key, bytes: costOf(key, JSON.stringify(value)) }))
  return shares.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes)
}

function costOf(key: string, json: string | undefined): number {
  return json === undefined ? 0 : base64urlLength(Buffer.byteLength(`${JSON.stringify(key)}:${json},`))
}
