import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { getIronSession } from 'iron-session'
import { ironSession as sealer } from '../sealers/iron-session.js'
import { LIFETIME, NAME, SECRET } from '../sealers/secrets.js'
import { base64Length, type Contender, LIMIT, type Parts } from './contender.js'
import { unlimited } from './sealer.js'

const options = { cookieName: NAME, password: SECRET, ttl: LIFETIME }

/** iron-session as an app has it: it refuses what is larger than its limit, for which it counts the attributes. */
export const ironSession: Contender = {
  contender: 'iron-session',
  packages: ['iron-session'],
  name: NAME,
  limit: LIMIT,
  countsAttributes: true,
  write,
  read,
  parts,
}

/** Its seals alone, in cookies that an app sets by itself. */
export const ironSeal: Contender = { ...unlimited(sealer, NAME, parts), contender: 'iron-session, sealData alone' }

async function write(data: object): Promise<readonly string[] | undefined> {
  const { req, res } = exchange('')
  const session = await getIronSession(req, res, options)
  Object.assign(session, data)
  try {
    await session.save()
  } catch (error) {
    // The error has no code.
    if (error instanceof Error && error.message.includes('Cookie length is too big')) return undefined
    throw error
  }
  return [res.getHeader('Set-Cookie') ?? []].flat().map(String)
}

async function read(header: string): Promise<object> {
  const { req, res } = exchange(header)
  return { ...(await getIronSession(req, res, options)) }
}

function exchange(cookie: string): { req: IncomingMessage; res: ServerResponse } {
  const req = new IncomingMessage(new Socket())
  req.headers.cookie = cookie
  return { req, res: new ServerResponse(req) }
}

/** `prefix*key id*salt*iv*ciphertext*end*salt*mac~version` */
function parts(value: string, json: number): Parts {
  const [seal = '', version = ''] = value.split('~')
  const [prefix = '', id = '', salt = '', iv = '', ciphertext = '', end = '', macSalt = '', mac = ''] = seal.split('*')
  return {
    'prefix, key id and version': prefix.length + id.length + version.length,
    salts: salt.length + macSalt.length,
    IV: iv.length,
    MAC: mac.length,
    separators: 8,
    end: end.length,
    'block padding': ciphertext.length - base64Length(json),
  }
}
