import { randomBytes } from 'node:crypto'
import { writtenKeys } from '../../lib/cli/given-keys.js'
import type { RootJwk } from '../../lib/index.js'
import { keyState, mayOpen, newestFirst } from '../../lib/keys/ring.js'
import { readKeys } from '../../lib/keys/source.js'
import { Refusal } from './http.js'

/** More than anybody looks at. */
const MOST = 8

export type KeyView = ReturnType<typeof keyViews>[number]

/** A new root key. Its kid follows from its secret. */
export function newJwk(): RootJwk {
  return jwksFrom(randomBytes(32).toString('base64url'))[0] as RootJwk
}

/**
 * Keys in any form that `SESSION_KEYS` takes, as JWKs, which can say that they are revoked.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` for keys that `session()` refuses
 */
export function jwksFrom(keys: string): RootJwk[] {
  return writtenKeys(keys)
    .map(({ jwk }) => jwk)
    .sort((a, b) => (b.nbf ?? 0) - (a.nbf ?? 0))
}

/**
 * The keys with their states, newest first. A pending key opens and does not seal: it looks like a `retired` one.
 *
 * @param kidOfCookie which key the cookie of this request names
 */
export function keyViews(jwks: readonly RootJwk[], kidOfCookie?: string) {
  const keys = newestFirst(readKeys(jwks))
  return keys.map((key) => {
    const state = keyState(key, keys, Date.now() / 1000)
    const seen = state === 'active' ? state : mayOpen(state) ? 'retired' : 'revoked'
    return { kid: key.kid, state: seen, sealedThis: key.kid === kidOfCookie } as const
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

export function dropped(jwks: readonly RootJwk[], kid: string): RootJwk[] {
  checkRetired(jwks, kid)
  return jwks.filter((jwk) => jwk.kid !== kid)
}

function checkRetired(jwks: readonly RootJwk[], kid: string): void {
  const key = keyViews(jwks).find((view) => view.kid === kid)
  if (key === undefined) throw new Refusal(`There is no key "${kid.slice(0, 32)}".`)
  if (key.state !== 'active') return
  throw new Refusal('This key seals the sessions. Rotate first, so that another one does.', 409)
}
