import { decode, encode } from '@auth/core/jwt'
import type { Sealer } from './sealer.js'
import { LIFETIME, NAME, SECRET } from './secrets.js'

const options = { secret: SECRET, salt: NAME, maxAge: LIFETIME }

/** Auth.js: a JWE with A256CBC-HS512 that holds the data and its own claims side by side. */
export const authCore: Sealer = { name: '@auth/core', packages: ['@auth/core'], seal, open }

function seal(data: object): Promise<string> {
  return encode({ ...options, token: data })
}

async function open(token: string): Promise<object> {
  const { iat: _iat, exp: _exp, jti: _jti, ...data } = await decode({ ...options, token })
  return data
}
