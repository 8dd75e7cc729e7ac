import { authCore } from './auth-core.js'
import { clientSessions } from './client-sessions.js'
import { floor } from './floor.js'
import { honoSession } from './hono-session.js'
import { ironSession } from './iron-session.js'
import { jose } from './jose.js'
import { signedByKeygrip } from './keygrip.js'
import { sealedSession } from './sealed-session.js'
import type { Sealer } from './sealer.js'
import { secretbox } from './secretbox.js'

/** All of them, the floor and ours first. */
export const CONTENDERS: readonly Sealer[] = [
  floor,
  sealedSession,
  jose,
  signedByKeygrip,
  secretbox,
  clientSessions,
  ironSession,
  authCore,
  honoSession,
]

/** Those that speak our format with our key: each opens what the others seal. */
export const SAME_FORMAT: readonly Sealer[] = [floor, sealedSession, jose]
