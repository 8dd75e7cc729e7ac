import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { own } from '../own.js'
import { type Algorithm, deriveKey, deriveKid } from './derive.js'

/** When a root key may be used, in seconds since the epoch, as its JWK says. */
export interface KeyTimes {
  /** Seals from here on (RFC 7519, section 4.1.5, used for a key). */
  readonly nbf?: number
  /** Opens nothing from here on. */
  readonly exp?: number
  /** Opens nothing at all (`true`), or nothing from this time on. */
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

  /** The same secret under another kid. */
  named(kid: string): RootKey {
    return new RootKey(this.#secret.export(), kid, this.times)
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
