import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { own } from '../own.js'

/** What a derived key is for, and its length in bytes (RFC 7518, sections 4.4, 5.2.5 and 5.3). */
const KEY_BYTES = { A256GCM: 32, 'A256CBC-HS512': 64, A256KW: 32 } as const

/** An algorithm that has a derived key of its own. */
export type Algorithm = keyof typeof KEY_BYTES

export const ALGORITHMS = Object.keys(KEY_BYTES) as readonly Algorithm[]

const KID_BYTES = 6

/**
 * The key for one purpose and one algorithm (RFC 8725, section 3.1: one key, one algorithm). Purposes are
 * `cookie/<base name>`, so a token that is moved to a cookie of another name meets another key and never opens.
 */
export function deriveKey(root: KeyObject, purpose: string, algorithm: Algorithm): KeyObject {
  return createSecretKey(hkdf(root, `${purpose}/${algorithm}`, KEY_BYTES[algorithm]))
}

/** A name for a root that says nothing about it: 8 characters of base64url. */
export function deriveKid(root: KeyObject): string {
  return hkdf(root, 'kid', KID_BYTES).toString('base64url')
}

/**
 * HKDF-SHA-256 (RFC 5869) with an empty salt: a root is uniformly random or refused, so there is nothing to extract.
 */
function hkdf(root: KeyObject, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', `sealed-session/1/${info}`, length))
}

/** When a root key may be used. Times are seconds since the epoch, from 0 to 1e11. */
export interface KeyTimes {
  /** The key seals from this time on, and opens before (the claim of RFC 7519, section 4.1.5). Default 0. */
  readonly nbf?: number
  /** The key opens nothing from this time on (the claim of RFC 7519, section 4.1.4). Default: it never ends. */
  readonly exp?: number
  /** `true`: the key opens nothing. A time: it opens nothing from then on. Default false. */
  readonly revoked?: boolean | number
}

/** A root secret. It encrypts nothing itself: keys are derived from it, each for one purpose and one algorithm. */
export class RootKey {
  readonly kid: string
  readonly times: KeyTimes
  // A KeyObject, because Node prints it without its bytes.
  readonly #secret: KeyObject
  readonly #derived = new Map<string, KeyObject>()

  constructor(secret: Uint8Array, kid: string | undefined, times: KeyTimes) {
    this.#secret = createSecretKey(secret)
    this.kid = kid ?? deriveKid(this.#secret)
    this.times = own(times)
  }

  /** The key for a purpose. Purposes come from options and never from a request, so what is kept here is bounded. */
  derive(purpose: string, algorithm: Algorithm): KeyObject {
    const name = `${purpose}/${algorithm}`
    let key = this.#derived.get(name)
    if (key === undefined) {
      key = deriveKey(this.#secret, purpose, algorithm)
      this.#derived.set(name, key)
    }
    return key
  }

  /** The same key, out of use from a time on; where it is already, from the earlier one. */
  revokedAt(at: number | true): RootKey {
    const { revoked = false } = this.times
    if (revoked === true) return this
    const earlier = typeof revoked === 'number' && at !== true ? Math.min(revoked, at) : at
    return new RootKey(this.#secret.export(), this.kid, { ...this.times, revoked: earlier })
  }

  /** What its times say of it to others that have it; undefined if it is not revoked. */
  revocation(): { kid: string; thumbprints: string[]; at: number | true } | undefined {
    const { revoked = false } = this.times
    return revoked === false ? undefined : { kid: this.kid, thumbprints: [this.thumbprint()], at: revoked }
  }

  /** The JWK thumbprint of the root (RFC 7638, SHA-256), by which two instances can see that they have the same key. */
  thumbprint(): string {
    const { k } = this.#secret.export({ format: 'jwk' })
    // The required members of an oct key, in the order of their names (RFC 7638, section 3.2).
    return createHash('sha256')
      .update(JSON.stringify({ k, kty: 'oct' }))
      .digest('base64url')
  }
}
