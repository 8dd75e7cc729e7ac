import { START } from './clock.js'

/** The claims of a session that began and was sealed at `START`. */
export const CLAIMS = { sid: 'AAAAAAAAAAAAAAAAAAAAAA', sat: START, iat: START, exp: START + 86_400 }

/** A plaintext as section "Plaintext" of spec/format.md has it. */
export function plaintextOf(data: unknown, claims: object = CLAIMS): string {
  return JSON.stringify({ ...claims, data })
}

/** The five parts of a token, to be changed and joined again. */
export type Parts = [header: string, encryptedKey: string, iv: string, ciphertext: string, tag: string]

/** The same token with its parts changed. */
export function remade(token: string, change: (parts: Parts) => unknown[]): string {
  return change(token.split('.') as Parts).join('.')
}

export function base64url(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url')
}

export function unbase64url(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
