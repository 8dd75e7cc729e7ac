import { randomBytes } from 'node:crypto'

/** A new secret: 32 random bytes, as 43 characters that no shell and no `.env` file needs quotation marks for. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
