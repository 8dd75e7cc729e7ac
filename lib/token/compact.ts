/** The five parts of a JWE in compact serialization, each still in base64url. */
export interface CompactJwe {
  readonly header: string
  readonly encryptedKey: string
  readonly iv: string
  readonly ciphertext: string
  readonly tag: string
}

/** JWE compact serialization (RFC 7516, section 3.1): header, encrypted key, IV, ciphertext and tag between dots. */
export function joinCompact(jwe: CompactJwe): string {
  return `${jwe.header}.${jwe.encryptedKey}.${jwe.iv}.${jwe.ciphertext}.${jwe.tag}`
}

/** The parts of a token, or undefined if there are not exactly five. */
export function splitCompact(token: string): CompactJwe | undefined {
  const parts = token.split('.', 6)
  if (parts.length !== 5) return undefined
  const [header, encryptedKey, iv, ciphertext, tag] = parts as [string, string, string, string, string]
  return { header, encryptedKey, iv, ciphertext, tag }
}

/**
 * Decodes base64url (RFC 4648, section 5) and accepts only the one canonical spelling of each byte string: no
 * padding, no other alphabet, no set bits behind the last byte. Node's decoder skips what it does not know, so a
 * token could otherwise be respelled without losing its tag.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** How many characters `bytes` bytes take. */
export function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
