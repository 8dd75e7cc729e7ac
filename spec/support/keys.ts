import { KeyRing } from '../../lib/keys/ring.js'
import { keysFor, keysOfCookie, type Sealing, type TokenKeys } from '../../lib/token/key.js'
import { SECRET } from './secrets.js'

export const DIRECT_GCM: Sealing = { alg: 'dir', enc: 'A256GCM' }

/** Every way to seal. */
export const SEALINGS: readonly Sealing[] = [
  DIRECT_GCM,
  { alg: 'dir', enc: 'A256CBC-HS512' },
  { alg: 'A256KW', enc: 'A256GCM' },
  { alg: 'A256KW', enc: 'A256CBC-HS512' },
]

/** The token keys of a cookie, from a ring of one secret unless said otherwise. */
export function tokenKeys(
  keys: Parameters<typeof KeyRing.from>[0] = SECRET,
  name = 'session',
  sealing: Sealing = DIRECT_GCM,
): TokenKeys {
  return keysOfCookie(KeyRing.from(keys), name, sealing)
}

/** The keys of a ring of one secret for something else than a cookie. */
export function tokenKeysFor(purpose: string): TokenKeys {
  return keysFor(KeyRing.from(SECRET), purpose, DIRECT_GCM)
}
