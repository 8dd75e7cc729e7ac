import type { RootKey } from '../keys/root.js'
import { type RootJwk, readKeys } from '../keys/source.js'

/** A key as the middleware reads it, and as a JWK that says the same in full. */
export interface WrittenKey {
  readonly key: RootKey
  readonly jwk: RootJwk & { readonly kid: string }
}

/**
 * Keys in any form that `keys` takes as text, in their order. A secret string becomes a JWK with the same root and the
 * kid that was derived from it, so it goes on opening what it opened.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS`
 */
export function writtenKeys(text: string): WrittenKey[] {
  // These checks come first: what follows relies on them.
  const keys = readKeys(text)
  const sources = sourcesOf(text)
  return keys.map((key, index) => ({ key, jwk: jwkOf(sources[index] as string | RootJwk, key.kid) }))
}

/** As `readKeys` takes them apart. */
function sourcesOf(text: string): readonly (string | RootJwk)[] {
  if (!isJson(text)) return [text]
  const value = JSON.parse(text)
  if (Array.isArray(value)) return value.map((source) => (isJson(source) ? JSON.parse(source) : source))
  return Array.isArray(value.keys) ? value.keys : [value]
}

function isJson(source: unknown): source is string {
  return typeof source === 'string' && /^\s*[{[]/.test(source)
}

function jwkOf(source: string | RootJwk, kid: string): WrittenKey['jwk'] {
  if (typeof source !== 'string') return { ...source, kid }
  return { kty: 'oct', kid, k: Buffer.from(source, 'utf8').toString('base64url') }
}
