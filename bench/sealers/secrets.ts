import { KeyRing } from '../../lib/index.js'
import { keysOfCookie } from '../../lib/token/key.js'

/** The secret of every contender that takes one. */
export const SECRET = '2ukg162M7n962AungnHVNx2Oak1hxgqa'

/** The cookie's name, which some contenders derive a key from or seal in. */
export const NAME = 'session'

/** How long a session lasts, in seconds, for those that seal its end in. */
export const LIFETIME = 86_400

const ring = KeyRing.from(SECRET)

export const keys = keysOfCookie(ring, NAME, { alg: 'dir', enc: 'A256GCM' })

/** The key of our cookie as a JWK, for those that speak the same format. */
export const jwk = activeJwk()

function activeJwk(): { kid: string; k: string } {
  const [first] = ring.exportFor(NAME).keys
  if (first === undefined) throw new Error('the ring exports no key')
  return first
}
