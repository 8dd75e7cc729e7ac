import type { KeyObject } from 'node:crypto'
import { cookiePurpose, type KeyRing } from '../keys/ring.js'
import type { RootKey } from '../keys/root.js'
import { protectedHeader } from './header.js'

/** A key as tokens need it: for one cookie and one algorithm, with the protected header that names it. */
export interface TokenKey {
  readonly kid: string
  readonly key: KeyObject
  /** The protected header in base64url, which is also what the tag authenticates beside the ciphertext. */
  readonly header: string
}

/** The keys of one cookie, out of a ring that may serve several. Times are seconds since the epoch. */
export interface TokenKeys {
  /** The key that seals at `now`, if there is one. */
  active(now: number): TokenKey | undefined
  /** The key that a token names, if it may open one at `now`. */
  find(kid: string, now: number): TokenKey | undefined
}

/** @param name the cookie's base name */
export function keysOfCookie(ring: KeyRing, name: string): TokenKeys {
  const purpose = cookiePurpose(name)
  const made = new WeakMap<RootKey, TokenKey>()

  function tokenKey(root: RootKey | undefined): TokenKey | undefined {
    if (root === undefined) return undefined
    let key = made.get(root)
    if (key === undefined) {
      key = { kid: root.kid, key: root.derive(purpose, 'A256GCM'), header: protectedHeader(root.kid) }
      made.set(root, key)
    }
    return key
  }

  return {
    active: (now) => tokenKey(ring.active(now)),
    find: (kid, now) => tokenKey(ring.find(kid, now)),
  }
}
