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
