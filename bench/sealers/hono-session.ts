import { createEncryptionKey, generateId, jweDecrypt, jweEncrypt } from '@hono/session/cookies'
import type { Sealer } from './sealer.js'
import { LIFETIME, SECRET } from './secrets.js'

const key = await createEncryptionKey(SECRET)
const sid = generateId()

/**
 * @hono/session without a storage, by the functions that its middleware calls: a JWE with A256GCM by `jose`, from a
 * key that the middleware derives once, with the data and its own claims side by side.
 */
export const honoSession: Sealer = { name: '@hono/session', packages: ['@hono/session', 'jose'], seal, open }

async function seal(data: object): Promise<string> {
  const { jwe } = await jweEncrypt({ sid, ...data }, key, { absolute: LIFETIME })
  return jwe
}

async function open(token: string): Promise<object | null> {
  const { payload } = await jweDecrypt(token, key, { requiredClaims: ['sid'] })
  if (payload === undefined) return null
  const { exp: _exp, iat: _iat, sid: _sid, ...data } = payload
  return data
}
