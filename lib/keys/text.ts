import { SessionError } from '../errors.js'

/**
 * Keys that came as bytes, as text. A byte order mark is left out.
 *
 * @param what they are, for the message
 * @throws {SessionError} `ERR_SESSION_KEYS` for bytes that are not UTF-8: read as text all the same, different keys
 *   would become the same one, of U+FFFD
 */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    throw new SessionError(
      'ERR_SESSION_KEYS',
      `${what} is not text in UTF-8, but bytes, or text in UTF-16: write the key in base64url, as sealed-session keygen does`,
    )
  }
}
