import type { JWK } from 'jose'
import { isObject, jsonObject, type Members } from '../values.js'
import { UsageError } from './command.js'

/** The plaintext of another library's token, or why it did not open. */
export type ForeignOutcome = { readonly plaintext: Buffer } | { readonly refused: string }

/**
 * Reads a JWK, or the keys of a JWK Set.
 *
 * @throws {UsageError} if the text is neither
 */
export function readJwks(text: string): JWK[] {
  const value = jsonObject(text)
  const jwks: unknown[] = Array.isArray(value?.['keys']) ? value['keys'] : [value]
  if (jwks.length > 0 && jwks.every(isJwk)) return jwks
  throw new UsageError(
    'the file of --jwk-file holds neither a JWK nor a JWK Set: give one, such as {"kty":"oct","k":"..."}',
  )
}

/**
 * Opens a JWE with jose, and with the keys that its kid allows. It refuses a key that is derived from a password,
 * because the token chooses how long that takes.
 */
export async function openForeign(token: string, header: Members, jwks: readonly JWK[]): Promise<ForeignOutcome> {
  const { alg, kid } = header
  if (String(alg).startsWith('PBES2')) {
    return {
      refused:
        'it asks for a key made of a password (PBES2), which is refused: open it with the library that sealed it',
    }
  }
  const fitting = jwks.filter((jwk) => jwk.kid === undefined || kid === undefined || jwk.kid === kid)
  if (fitting.length === 0) return { refused: 'no key in --jwk-file has its kid: give the key that sealed it' }
  const { compactDecrypt } = await importJose()
  const codes = new Set<unknown>()
  for (const jwk of fitting) {
    try {
      return { plaintext: Buffer.from((await compactDecrypt(token, jwk)).plaintext) }
    } catch (error) {
      codes.add((error as { code?: unknown }).code)
    }
  }
  return { refused: reasonOf(codes) }
}

/** Loads jose where a token needs it: loading is slow, and others need not install it. */
async function importJose(): Promise<typeof import('jose')> {
  try {
    return await import('jose')
  } catch {
    throw new UsageError('tokens of other libraries are opened by the package jose: npm install jose')
  }
}

function reasonOf(codes: ReadonlySet<unknown>): string {
  if (codes.has('ERR_JWE_DECRYPTION_FAILED'))
    return 'its tag does not verify: it was changed, or sealed by another key than those in --jwk-file'
  if (codes.has('ERR_JWE_INVALID'))
    return 'it is malformed, inflates to too much, or needs a key of another length: compare its header with the keys'
  if (codes.has('ERR_JOSE_NOT_SUPPORTED'))
    return 'the package jose does not know its algorithms: open it with the library that sealed it'
  return 'no key in --jwk-file is for its algorithms: give the key that sealed it'
}

function isJwk(value: unknown): value is JWK {
  return isObject(value) && typeof value['kty'] === 'string'
}
