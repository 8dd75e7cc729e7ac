import type { KeyObject } from 'node:crypto'
import { cookiePurpose, type KeyRing } from '../keys/ring.js'
import type { Algorithm, RootKey } from '../keys/root.js'
import type { Enc } from './algorithms.js'
import { type Alg, encodeHeader, type Header } from './compact.js'

/** The algorithms of new tokens. Every combination opens, so that a fleet can change from one to another. */
export interface Sealing {
  readonly alg: Alg
  readonly enc: Enc
}

/** How tokens are sealed, and for whom: those of another audience do not open. */
export interface SealingFor extends Sealing {
  readonly audience?: string | undefined
}

/** A key for tokens of one purpose, with the protected header that they get. */
export interface TokenKey extends Header {
  /** The protected header in base64url. */
  readonly header: string
  /** The header as bytes, which the tag authenticates together with the ciphertext. */
  readonly aad: Buffer
  /** The key for one algorithm. */
  derived(algorithm: Algorithm): KeyObject
}

/** The keys of one purpose in a ring. Times are seconds since the epoch. */
export interface TokenKeys {
  /** The key that seals at `now`, if there is one. */
  active(now: number): TokenKey | undefined
  /** The key that a token names, if it may open one at `now`. */
  find(kid: string, now: number): TokenKey | undefined
}

/**
 * The keys of a session cookie.
 *
 * @param name the cookie's base name
 */
export function keysOfCookie(ring: KeyRing, name: string, sealing: SealingFor): TokenKeys {
  return keysFor(ring, cookiePurpose(name), sealing)
}

/**
 * The keys of one purpose.
 *
 * @param purpose what the keys are derived for; they work for nothing else
 */
export function keysFor(ring: KeyRing, purpose: string, sealing: SealingFor): TokenKeys {
  const made = new WeakMap<RootKey, TokenKey>()
  let last: RootKey | undefined
  let lastKey: TokenKey | undefined

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
    active(now) {
      const root = ring.active(now)
      if (root !== last) {
        last = root
        lastKey = tokenKey(root)
      }
      return lastKey
    },
    find: (kid, now) => tokenKey(ring.find(kid, now)),
  }
}

/** The key of one root for one purpose. */
export function tokenKeyOf(root: RootKey, purpose: string, { alg, enc, audience }: SealingFor): TokenKey {
  const { kid } = root
  const header = encodeHeader({ alg, enc, kid })
  const keys: Partial<Record<Algorithm, KeyObject>> = {}
  function derived(algorithm: Algorithm): KeyObject {
    keys[algorithm] ??= root.derive(purpose, algorithm, audience)
    return keys[algorithm]
  }
  return { alg, enc, kid, header, aad: Buffer.from(header, 'latin1'), derived }
}
