import type { KeyObject } from 'node:crypto'
import { cookiePurpose, type KeyRing } from '../keys/ring.js'
import type { Algorithm, RootKey } from '../keys/root.js'
import type { Enc } from './algorithms.js'
import { type Alg, encodeHeader, type Header } from './header.js'

/** With what new tokens are sealed. All combinations open, so that a fleet can change from one to another. */
export interface Sealing {
  readonly alg: Alg
  readonly enc: Enc
}

/** A key as tokens need it: for one cookie, and with the protected header that it seals with. */
export interface TokenKey extends Header {
  /** The protected header in base64url. */
  readonly header: string
  /** The same as bytes, which the tag authenticates beside the ciphertext. */
  readonly aad: Buffer
  /** The key for one algorithm, and for nothing else. */
  derived(algorithm: Algorithm): KeyObject
}

/** The keys of one cookie, out of a ring that may serve several. Times are seconds since the epoch. */
export interface TokenKeys {
  /** The key that seals at `now`, if there is one. */
  active(now: number): TokenKey | undefined
  /** The key that a token names, if it may open one at `now`. */
  find(kid: string, now: number): TokenKey | undefined
}

/** @param name the cookie's base name */
export function keysOfCookie(ring: KeyRing, name: string, sealing: Sealing): TokenKeys {
  return keysFor(ring, cookiePurpose(name), sealing)
}

/** @param purpose what the keys are derived for, and do not work for anything else */
export function keysFor(ring: KeyRing, purpose: string, sealing: Sealing): TokenKeys {
  const made = new WeakMap<RootKey, TokenKey>()

  function tokenKey(root: RootKey | undefined): TokenKey | undefined {
    if (root === undefined) return undefined
    let key = made.get(root)
    if (key === undefined) {
      key = tokenKeyOf(root, purpose, sealing)
      made.set(root, key)
    }
    return key
  }

  return {
    active: (now) => tokenKey(ring.active(now)),
    find: (kid, now) => tokenKey(ring.find(kid, now)),
  }
}

/** The key of a root for one purpose, with the header of the tokens that it seals. */
export function tokenKeyOf(root: RootKey, purpose: string, { alg, enc }: Sealing): TokenKey {
  const { kid } = root
  const header = encodeHeader({ alg, enc, kid })
  const derived = (algorithm: Algorithm) => root.derive(purpose, algorithm)
  return { alg, enc, kid, header, aad: Buffer.from(header, 'latin1'), derived }
}
