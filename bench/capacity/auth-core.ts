import { Auth } from '@auth/core'
import { authCore as sealer } from '../sealers/auth-core.js'
import { LIFETIME, NAME, SECRET } from '../sealers/secrets.js'
import type { Contender, Parts } from './contender.js'
import { partsOfJwe } from './jwe.js'
import { unlimited } from './sealer.js'

/** The tokens of Auth.js alone. */
export const authToken: Contender = { ...unlimited(sealer, NAME, parts), contender: '@auth/core, token alone' }

/** Auth.js as an app has it: what is larger than one of its chunks goes into several cookies. */
export const authCore: Contender = {
  ...unlimited(sealer, NAME, parts),
  contender: '@auth/core',
  limit: undefined,
  write,
}

const config = {
  secret: SECRET,
  trustHost: true,
  basePath: '/auth',
  providers: [],
  session: { strategy: 'jwt', maxAge: LIFETIME },
  cookies: { sessionToken: { name: NAME } },
}

/** It seals a session anew whenever the page asks for it. */
async function write(data: object): Promise<readonly string[] | undefined> {
  const headers = { cookie: `${NAME}=${await sealer.seal(data)}` }
  const response: Response = await Auth(new Request('http://localhost/auth/session', { headers }), config)
  const lines = response.headers.getSetCookie().filter((line) => line.startsWith(NAME))
  return lines.some((line) => line.startsWith(`${NAME}.`)) ? undefined : lines
}

function parts(value: string, json: number): Parts {
  return partsOfJwe(value, json, 'claims and block padding')
}
