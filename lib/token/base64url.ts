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
