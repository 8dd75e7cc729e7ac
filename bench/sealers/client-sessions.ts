import { util } from 'client-sessions'
import type { Sealer } from './sealer.js'
import { LIFETIME, NAME, SECRET } from './secrets.js'

// It keeps the keys that it derives from the secret in these options, so that they are derived once.
const options = { cookieName: NAME, secret: SECRET }

/** client-sessions: AES-256-CBC and HMAC-SHA256, the cookie's name sealed in, the times beside it. */
export const clientSessions: Sealer = { name: 'client-sessions', packages: ['client-sessions'], seal, open }

function seal(data: object): string {
  return util.encode(options, data, LIFETIME * 1000)
}

function open(token: string): object | null {
  const opened = util.decode(options, token)
  return opened && opened.createdAt + opened.duration > Date.now() ? opened.content : null
}
