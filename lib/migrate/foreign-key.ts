import { createSecretKey, hkdfSync, type KeyObject, type webcrypto } from 'node:crypto'

/** A JSON Web Key (RFC 7517) of any type. */
export interface ForeignJwk {
  readonly kty?: string
  readonly [member: string]: unknown
}

/** A key in any of the forms that jose takes. Its own type would make everybody who compiles install it. */
export type ForeignKey = Uint8Array | KeyObject | webcrypto.CryptoKey | ForeignJwk

/**
 * A key as another package derives it from its secret: HKDF-SHA-256 (RFC 5869). The secret may be as weak as that
 * package allows, and a weak salt is its choice too.
 *
 * @param bytes the length of the key
 */
export function foreignKey(secret: string | Uint8Array, salt: string, info: string, bytes: number): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, info, bytes)))
}
