import { newSecret } from '../keys/new-secret.js'
import { type WrittenKey, writtenKeys } from './key-set.js'

/** A new key as a JWK, named by a kid that is derived from it. */
export function newJwk(): WrittenKey['jwk'] {
  const [{ jwk }] = writtenKeys(JSON.stringify({ kty: 'oct', k: newSecret() })) as [WrittenKey]
  return jwk
}
