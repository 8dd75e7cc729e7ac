import { KeyRing } from '../../lib/keys/ring.js'
import { keysOfCookie, type TokenKeys } from '../../lib/token/key.js'
import { SECRET } from './secrets.js'

/** The token keys of a cookie, from a ring of one secret unless said otherwise. */
export function tokenKeys(keys: Parameters<typeof KeyRing.from>[0] = SECRET, name = 'session'): TokenKeys {
  return keysOfCookie(KeyRing.from(keys), name)
}
