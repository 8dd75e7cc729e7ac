import { ServerResponse } from 'node:http'
import { Auth } from '@auth/core'
import cookieSessionMiddleware from 'cookie-session'
import { getIronSession } from 'iron-session'
import session, { SessionError } from '../../lib/index.js'
import { dataIn, exchange, linesOf, requestWith, served } from '../contenders/exchange.js'
import {
  authCore,
  bareJose,
  clientSessions,
  honoSession,
  ironSession as ironSealer,
  type Sealer,
  secretbox,
} from '../contenders/sealers.js'
import { LIFETIME, NAME, SECRET } from '../contenders/settings.js'

/** A way to keep a session in a cookie, as an app has it. */
export interface Contender {
  readonly contender: string
  readonly packages: readonly string[]
  /** Of the cookie that holds the session. */
  readonly name: string
  /** The most bytes of name and value; undefined if the contender alone decides what one cookie holds. */
  readonly limit: number | undefined
  /** Its own limit is for the whole `Set-Cookie` line. Browsers count name and value (RFC 6265bis, section 5.6). */
  readonly countsAttributes?: true
  /** `Set-Cookie` lines, that of the session first; undefined if the contender does not send it in one cookie. */
  write(data: object): Promise<readonly string[] | undefined>
  /** The session that a `Cookie` header brings back. */
  read(header: string): Promise<object | null>
  /** What the value has beside the session's own JSON in base64, in characters. */
  parts(value: string, json: number): Readonly<Record<string, number>>
}

/** What browsers keep of a cookie (RFC 6265bis, section 5.6). */
export const LIMIT = 4096

/** The part of a value that has the session in it. */
const TEXT = 'session'

/** How many characters so many bytes take in base64 without padding. */
export function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

/** The value in a `Set-Cookie` line, or in a `Cookie` header that has one cookie. */
export function valueIn(line: string): string {
  const [pair = ''] = line.split(';')
  return pair.slice(pair.indexOf('=') + 1)
}

/**
 * Ours, which refuses what is larger than its limit.
 *
 * @param secure with the prefix that a Secure cookie has
 * @param sizeLimit the option; the default, if undefined
 */
function sealedSession(secure: boolean, sizeLimit?: number): Contender {
  const sessions = session({ keys: SECRET, name: NAME, cookie: { secure }, sizeLimit })
  const sealed = (data: object): string | SessionError => {
    try {
      return sessions.seal(data).setCookie
    } catch (error) {
      if (error instanceof SessionError && error.code === 'ERR_SESSION_OVERFLOW') return error
      throw error
    }
  }
  const tooLarge = sealed({ text: ' '.repeat(8192) })
  if (typeof tooLarge === 'string') throw new Error('a session of 8 KB was sealed')
  return {
    contender: 'sealed-session',
    packages: [],
    name: sessions.seal({}).name,
    limit: tooLarge.limit,
    async write(data) {
      const line = sealed(data)
      return typeof line === 'string' ? [line] : undefined
    },
    read: async (header) => ({ ...sessions.open(requestWith(header)).session }),
    parts: partsOfJwe('claims'),
  }
}

const serveCookieSession = served(cookieSessionMiddleware({ name: NAME, keys: [SECRET] }))

/** cookie-session, which sends a session of any size, and its signature in a cookie of its own. */
const cookieSession: Contender = {
  contender: 'cookie-session',
  packages: ['cookie-session'],
  name: NAME,
  limit: LIMIT,
  write: async (data) =>
    linesOf(await exchange(serveCookieSession, (req) => Object.assign(req.session as object, data), '')),
  read: (header) => dataIn(serveCookieSession, header),
  parts: (value, json) => ({ 'base64 padding': value.length - base64Length(json) }),
}

const ironParts = partsOf(
  ['prefix', 'key id', 'salts', 'IV', TEXT, 'end', 'salts', 'MAC', 'version'],
  'block padding',
  /[*~]/,
)
const ironOptions = { cookieName: NAME, password: SECRET, ttl: LIFETIME }

/** iron-session as an app has it: it refuses what is larger than its limit, for which it counts the attributes. */
const ironSession: Contender = {
  ...unlimited(ironSealer, NAME, ironParts),
  countsAttributes: true,
  async write(data) {
    const req = requestWith('')
    const res = new ServerResponse(req)
    const session = await getIronSession(req, res, ironOptions)
    Object.assign(session, data)
    try {
      await session.save()
    } catch (error) {
      // The error has no code.
      if (error instanceof Error && error.message.includes('Cookie length is too big')) return undefined
      throw error
    }
    return linesOf(res)
  },
  async read(header) {
    const req = requestWith(header)
    return { ...(await getIronSession(req, new ServerResponse(req), ironOptions)) }
  },
}

const authOptions = {
  secret: SECRET,
  trustHost: true,
  basePath: '/auth',
  providers: [],
  session: { strategy: 'jwt', maxAge: LIFETIME },
  cookies: { sessionToken: { name: NAME } },
}
const authParts = partsOfJwe('claims and block padding')

/** Auth.js as an app has it: what is larger than one of its chunks goes into several cookies. */
const authJs: Contender = {
  ...unlimited(authCore, NAME, authParts),
  limit: undefined,
  /** It seals a session anew whenever the page asks for it. */
  async write(data) {
    const headers = { cookie: `${NAME}=${await authCore.seal(data)}` }
    const response: Response = await Auth(new Request('http://localhost/auth/session', { headers }), authOptions)
    const lines = response.headers.getSetCookie().filter((line) => line.startsWith(NAME))
    return lines.some((line) => line.startsWith(`${NAME}.`)) ? undefined : lines
  },
}

/** The first of each name is as an app has it by default. */
export const CONTENDERS: readonly Contender[] = [
  sealedSession(false),
  sealedSession(false, LIMIT),
  sealedSession(true),
  sealedSession(true, LIMIT),
  cookieSession,
  unlimited(clientSessions, NAME, partsOf(['IV', TEXT, 'times', 'times', 'MAC'], 'name and block padding', /\./)),
  ironSession,
  // Its seals alone, in cookies that an app sets by itself.
  { ...unlimited(ironSealer, NAME, ironParts), contender: 'iron-session, sealData alone' },
  authJs,
  { ...unlimited(authCore, NAME, authParts), contender: '@auth/core, token alone' },
  // The name is not an option of it.
  unlimited(honoSession, 'sid', partsOfJwe('claims')),
  unlimited(secretbox, NAME, partsOf([TEXT, 'nonce'], 'tag, time and base64 padding', /;/)),
  unlimited(bareJose, NAME, partsOfJwe('claims')),
]

/** A contender that sends whatever it has sealed, however large: the browser's limit is the only one. */
function unlimited(sealer: Sealer, name: string, parts: Contender['parts']): Contender {
  return {
    contender: sealer.name,
    packages: sealer.packages,
    name,
    limit: LIMIT,
    write: async (data) => [`${name}=${await sealer.seal(data)}`],
    read: async (header) => sealer.open(valueIn(header)),
    parts,
  }
}

/**
 * What a value has beside the session, in characters, by the parts between its separators. `TEXT` is the part with the
 * session in it, and what that has beside it has a name of its own.
 */
function partsOf(names: readonly string[], inside: string, separators: RegExp): Contender['parts'] {
  return (value, json) => {
    const plain = decodeURIComponent(value)
    const parts: Record<string, number> = {}
    for (const [at, part] of plain.split(separators).entries()) {
      const name = names[at] === TEXT ? inside : (names[at] ?? 'others')
      parts[name] = (parts[name] ?? 0) + part.length - (name === inside ? base64Length(json) : 0)
    }
    // What percent-encoding takes depends on how many of the characters are `+` and `/`.
    return { ...parts, separators: names.length - 1, 'percent-encoding, as it falls': value.length - plain.length }
  }
}

/** A JWE in compact serialization (RFC 7516, section 3.1). */
function partsOfJwe(inside: string): Contender['parts'] {
  return partsOf(['header', 'encrypted key', 'IV', TEXT, 'tag'], inside, /\./)
}
