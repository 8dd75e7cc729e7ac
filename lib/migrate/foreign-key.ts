import { createSecretKey, hkdfSync, type KeyObject, type webcrypto } from 'node:crypto'

/** A JSON Web Key (RFC 7517) of any type. */
export interface ForeignJwk {
  /** The type of the key (RFC 7517, section 4.1). */
  readonly kty?: string
  /** The other members. */
  readonly [member: string]: unknown
}

/** A key in any form that jose takes. With the type of jose, every user would have to install it to compile. */
export type ForeignKey = Uint8Array | KeyObject | webcrypto.CryptoKey | ForeignJwk

/**
 * Derives a key from the secret of another package, by HKDF-SHA-256 (RFC 5869). Secret and salt may be weak: the
 * sessions that exist were sealed with them.
 *
 * @param bytes the length of the key
 */
export function foreignKey(secret: string | Uint8Array, salt: string, info: string, bytes: number): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, info, bytes)))
}
