/** The five parts of a JWE in compact serialization, each still in base64url. */
export interface CompactJwe {
  readonly header: string
  readonly encryptedKey: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** Joins the parts of a token with dots (RFC 7516, section 3.1). */
export function joinCompact(jwe: CompactJwe): string {
  return `${jwe.header}.${jwe.encryptedKey}.${jwe.iv}.${jwe.ciphertext}.${jwe.tag}`
}

/** Splits a token into its parts; undefined if they are not five. */
export function splitCompact(token: string): CompactJwe | undefined {
  const parts = token.split('.', 6)
  if (parts.length !== 5) return undefined
  const [header, encryptedKey, iv, ciphertext, tag] = parts as [string, string, string, string, string]
  return { header, encryptedKey, iv, ciphertext, tag }
}

/**
 * Decodes base64url (RFC 4648, section 5) in its canonical form only: without padding, the other alphabet, or set bits
 * after the last byte. Node's decoder skips what it does not know, so a token could be rewritten without breaking its
 * tag.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** How many characters of base64url this many bytes take. */
export function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
