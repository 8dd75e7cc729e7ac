import type { KeyObject } from 'node:crypto'

/** How the content is encrypted (RFC 7518, section 5.1): both are authenticated encryption. */
export type Enc = 'A256GCM' | 'A256CBC-HS512'

/** What encrypting makes, each a part of the token. */
export interface Encrypted {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/** Derived from a root, or drawn for one token. */
export type ContentKey = KeyObject | Buffer

export interface ContentEncryption {
  readonly keyBytes: number
  readonly ivBytes: number
  readonly tagBytes: number
  /** Every ciphertext is a multiple of this. */
  readonly blockBytes: number
  /** @param plaintextBytes of the plaintext */
  ciphertextBytes(plaintextBytes: number): number
  /** @param aad the protected header in base64url, as bytes (RFC 7516, section 5.1, step 14) */
  encrypt(plaintext: string, key: ContentKey, aad: Buffer): Encrypted
  /** The plaintext, or undefined if the tag does not verify. */
  decrypt(encrypted: Encrypted, key: ContentKey, aad: Buffer): Buffer | undefined
}
