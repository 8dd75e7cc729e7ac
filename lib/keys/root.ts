import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { invalid } from '../errors.js'
import { own } from '../values.js'

/** The algorithms of derived keys, and their lengths in bytes (RFC 7518, sections 4.4, 5.2.5 and 5.3). */
const KEY_BYTES = { A256GCM: 32, 'A256CBC-HS512': 64, A256KW: 32 } as const

/** An algorithm that has a derived key of its own. */
export type Algorithm = keyof typeof KEY_BYTES

export const ALGORITHMS = Object.keys(KEY_BYTES) as readonly Algorithm[]

const KID_BYTES = 6

/**
 * Derives the key for one purpose, algorithm and audience (RFC 8725, sections 3.1 and 3.9). A purpose is
 * `cookie/<base name>`, so a token in a cookie of another name meets another key, and does not open.
 */
export function deriveKey(root: KeyObject, purpose: string, algorithm: Algorithm, audience?: string): KeyObject {
  return createSecretKey(hkdf(root, infoOf(purpose, algorithm, audience), KEY_BYTES[algorithm]))
}

/** An audience may have slashes: it stands last, so that no two infos are the same. */
function infoOf(purpose: string, algorithm: Algorithm, audience: string | undefined): string {
  return `${purpose}/${algorithm}${audience === undefined ? '' : `/${audience}`}`
}

/** Derives a kid, which tells nothing about the root: 8 characters of base64url. */
export function deriveKid(root: KeyObject): string {
  return hkdf(root, 'kid', KID_BYTES).toString('base64url')
}

/** HKDF-SHA-256 (RFC 5869). It needs no salt, as a root is random or refused. */
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

/** A root secret. It encrypts nothing: keys are derived from it, each for one purpose and one algorithm. */
export class RootKey {
  readonly kid: string
  readonly times: KeyTimes
  // Node prints a KeyObject without its bytes.
  readonly #secret: KeyObject
  readonly #derived = new Map<string, KeyObject>()

  constructor(secret: Uint8Array, kid: string | undefined, times: KeyTimes) {
    this.#secret = createSecretKey(secret)
    this.kid = kid ?? deriveKid(this.#secret)
    this.times = own(times)
  }

  /** The key for a purpose, kept for the next call. Purposes and audiences come from options only, so few are kept. */
  derive(purpose: string, algorithm: Algorithm, audience?: string): KeyObject {
    const info = infoOf(purpose, algorithm, audience)
    let key = this.#derived.get(info)
    if (key === undefined) {
      key = deriveKey(this.#secret, purpose, algorithm, audience)
      this.#derived.set(info, key)
    }
    return key
  }

  /** The same key, revoked at the earlier of this time and its own. */
  revokedAt(at: number | true): RootKey {
    const { revoked = false } = this.times
    if (revoked === true) return this
    const earlier = typeof revoked === 'number' && at !== true ? Math.min(revoked, at) : at
    return new RootKey(this.#secret.export(), this.kid, { ...this.times, revoked: earlier })
  }

  /** The revocation of this key; undefined if it is not revoked. */
  revocation(): { kid: string; thumbprints: string[]; at: number | true } | undefined {
    const { revoked = false } = this.times
    return revoked === false ? undefined : { kid: this.kid, thumbprints: [this.thumbprint()], at: revoked }
  }

  /** The JWK thumbprint of the root (RFC 7638, SHA-256), by which instances compare keys. */
  thumbprint(): string {
    const { k } = this.#secret.export({ format: 'jwk' })
    // The required members, in alphabetical order (RFC 7638, section 3.2).
    return createHash('sha256')
      .update(JSON.stringify({ k, kty: 'oct' }))
      .digest('base64url')
  }
}

/** What looks the same is the same. */
const PRINTABLE = /^[!-~]{1,128}$/
/** What comes of a variable that is not set. */
const UNSET: readonly unknown[] = [undefined, null, '', 'undefined', 'null']
/** Of a shell, a template or a YAML file; the same text would be the audience of every deployment. */
const UNRESOLVED = /^\$|[${]\{|^%.*%$|^<.*>$|^NaN$|^\[object /

/**
 * Checks an audience: 1 to 128 characters of printable ASCII without spaces.
 *
 * @param option its name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for anything else
 */
export function checkAudience(audience: unknown, option = 'audience'): void {
  if (UNSET.includes(audience)) {
    throw invalid(`${option} is empty or undefined: set the variable that it comes from, or leave ${option} out`)
  }
  if (typeof audience === 'string' && UNRESOLVED.test(audience)) {
    throw invalid(`${option} is a reference that nothing has replaced: set what it stands for, such as "staging"`)
  }
  if (typeof audience !== 'string' || !PRINTABLE.test(audience)) {
    throw invalid(`${option} must be 1 to 128 characters of printable ASCII without spaces, such as "staging"`)
  }
}
