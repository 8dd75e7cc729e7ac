import { randomBytes } from 'node:crypto'
import type { KeyInput, RootJwk } from '../../lib/index.js'
import { keyState, newestFirst } from '../../lib/keys/ring.js'
import { readKeys } from '../../lib/keys/source.js'
import { Refusal } from './refusal.js'
import type { KeyView } from './view.js'

/** More than anybody looks at. */
const MOST = 8

/** A new root key. Its kid follows from its secret. */
export function newJwk(): RootJwk {
  return named({ kty: 'oct', k: randomBytes(32).toString('base64url') })
}

/**
 * Keys in any form that `SESSION_KEYS` takes, as JWKs, which can say that they are revoked.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` for keys that `session()` refuses
 */
export function jwksFrom(keys: KeyInput): RootJwk[] {
  // First, since what it lets through can be converted.
  readKeys(keys)
  return sources(keys)
    .map((source) => named(typeof source === 'string' ? fromSecret(source) : source))
    .sort((a, b) => (b.nbf ?? 0) - (a.nbf ?? 0))
}

/** The keys with their states, newest first. A pending key opens and does not seal, which is `retired` to whoever looks. */
export function keyViews(jwks: readonly RootJwk[], kidOfCookie: string | undefined): KeyView[] {
  const keys = newestFirst(readKeys(jwks))
  return keys.map((key) => {
    const state = keyState(key, keys, Date.now() / 1000)
    const opens = state !== 'expired' && state !== 'revoked'
    const seen = state === 'active' ? state : opens ? 'retired' : 'revoked'
    return { kid: key.kid, state: seen, sealedThis: key.kid === kidOfCookie }
  })
}

/** A new key seals, and those of before go on opening. */
export function rotated(jwks: readonly RootJwk[]): RootJwk[] {
  if (jwks.length >= MOST) throw new Refusal(`There are ${MOST} keys. Drop one of them first.`)
  // Not earlier than the others begin, as the ring takes the one that began last.
  return [{ ...newJwk(), nbf: Math.floor(Date.now() / 1000) }, ...jwks]
}

/** The key opens nothing any more, and stays to be seen. */
export function revoked(jwks: readonly RootJwk[], kid: string): RootJwk[] {
  checkRetired(jwks, kid)
  return jwks.map((jwk) => (jwk.kid === kid ? { ...jwk, revoked: true } : jwk))
}

/** The key is not on the ring any more. */
export function dropped(jwks: readonly RootJwk[], kid: string): RootJwk[] {
  checkRetired(jwks, kid)
  return jwks.filter((jwk) => jwk.kid !== kid)
}

function checkRetired(jwks: readonly RootJwk[], kid: string): void {
  const key = keyViews(jwks, undefined).find((view) => view.kid === kid)
  if (key === undefined) throw new Refusal(`There is no key "${kid.slice(0, 32)}".`)
  if (key.state === 'active')
    throw new Refusal('This key seals the sessions. Rotate first, so that another one does.', 409)
}

function sources(keys: KeyInput): readonly (string | RootJwk)[] {
  if (typeof keys === 'string') return /^\s*[{[]/.test(keys) ? sources(JSON.parse(keys)) : [keys]
  if (isArray(keys)) return keys.flatMap(sources)
  return isSet(keys) ? keys.keys : [keys]
}

function isArray(keys: KeyInput): keys is readonly (string | RootJwk)[] {
  return Array.isArray(keys)
}

function isSet(keys: object): keys is { readonly keys: readonly RootJwk[] } {
  return 'keys' in keys && Array.isArray(keys.keys)
}

function fromSecret(secret: string): RootJwk {
  return { kty: 'oct', k: Buffer.from(secret).toString('base64url') }
}

/** With its kid said, so that it can be asked for by it. */
function named(jwk: RootJwk): RootJwk {
  const [key] = readKeys(jwk)
  return key ? { ...jwk, kid: key.kid } : jwk
}
