import { sealData, unsealData } from 'iron-session'
import type { Sealer } from './sealer.js'
import { LIFETIME, SECRET } from './secrets.js'

const options = { password: SECRET, ttl: LIFETIME, onUnsealError: refuse }

/** iron-session: AES-256-CBC and HMAC-SHA256, each under a key that is derived anew for every token. */
export const ironSession: Sealer = {
  name: 'iron-session',
  packages: ['iron-session'],
  seal: (data) => sealData(data, options),
  open: (token) => unsealData(token, options),
}

/** Without this, a token that does not open is an empty session, as is one that was sealed empty. */
function refuse(reason: string): never {
  throw new Error(reason)
}
