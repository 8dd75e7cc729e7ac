import { onBehalfOf } from '../caller.js'
import { candidates } from '../cookie/header.js'
import type { ForeignCookie, FoundSession, SessionReader, SessionRequest } from '../types.js'
import { isPromise } from '../values.js'
import { checkScope, cookieName, isPlainObject, refused } from './reader.js'

/** Returns the data of the session that a request brings, or undefined if it brings none. */
export type CustomRead = (req: SessionRequest) => object | undefined | Promise<object | undefined>

/** The options of `custom`. */
export interface CustomOptions {
  /** The cookies to remove when the new session is written: names, or names with path and domain. Default `[]`. */
  cookies?: readonly (string | ForeignCookie)[] | undefined
}

const READER = 'custom'

/**
 * Makes a reader of your own function. It is called for every request without a session, so it must look first whether
 * there is anything to read, and it must verify what it reads.
 *
 * @example
 * const old = custom(async (req) => database.sessionOf(req.headers.cookie), { cookies: ['sid'] })
 * app.use(session({ migrateFrom: [old] }))
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything
 */
export function custom(read: CustomRead, options: CustomOptions = {}): SessionReader {
  return onBehalfOf(custom, () => {
    if (typeof read !== 'function')
      throw refused(READER, 'its first argument must be a function of the request: custom((req) => data)')
    if (typeof options !== 'object' || options === null)
      throw refused(READER, 'its options must be an object: { cookies: ["name"] }')
    const unknown = Object.keys(options).find((name) => name !== 'cookies')
    if (unknown !== undefined) throw refused(READER, `unknown option "${unknown}": the only option is "cookies"`)
    const cookies = foreignCookiesFrom(options.cookies ?? [])

    function foundIn(data: unknown, req: SessionRequest): FoundSession | undefined {
      if (data === undefined) return undefined
      if (!isPlainObject(data))
        throw refused(
          READER,
          'the function returned something other than a plain object: return { ...data }, or undefined for no session',
        )
      if (Object.keys(data).length === 0) return undefined
      return { data, cookies: cookies.filter(({ name }) => candidates(req.headers.cookie, name).length > 0) }
    }

    return {
      from: 'custom',
      read(req) {
        const data = read(req)
        return isPromise(data) ? Promise.resolve(data).then((one) => foundIn(one, req)) : foundIn(data, req)
      },
    }
  })
}

function foreignCookiesFrom(given: unknown): readonly ForeignCookie[] {
  if (!Array.isArray(given)) throw refused(READER, 'cookies must be an array of names, or of { name, path, domain }')
  return given.map((cookie: unknown) => {
    const scoped = (typeof cookie === 'object' && cookie !== null ? cookie : { name: cookie }) as ForeignCookie
    checkScope(READER, scoped)
    const { name, path, domain } = scoped
    return { name: cookieName(READER, { name }), path, domain }
  })
}
