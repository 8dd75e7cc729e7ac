import { base64Length, type Parts } from './contender.js'

/**
 * What a JWE in compact serialization has beside the session (RFC 7516, section 3.1).
 *
 * @param inside what the plaintext has beside the session
 */
export function partsOfJwe(value: string, json: number, inside: string): Parts {
  const [header = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = value.split('.')
  return {
    header: header.length,
    'encrypted key': encryptedKey.length,
    IV: iv.length,
    tag: tag.length,
    dots: 4,
    [inside]: ciphertext.length - base64Length(json),
  }
}
