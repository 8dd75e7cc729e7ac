import { onBehalfOf } from '../caller.js'
import type { FoundSession, SessionReader } from '../types.js'
import { isObject, isPromise, onFailure } from '../values.js'
import {
  checkOptions,
  cookieName,
  found,
  type ReaderOptions,
  refused,
  type Secret,
  secretsFrom,
  valuesOf,
  verifier,
} from './reader.js'

/** The part of an express-session store that reads. */
export interface SessionStore {
  /** Calls back with the session of this id; without one if there is none. */
  get(sid: string, callback: (error?: unknown, session?: object | null) => void): unknown
}

/**
 * Gets the data of an id from a store; undefined if there are none, or if they have expired.
 *
 * @throws the error of the store
 */
async function storedData(store: SessionStore, id: string): Promise<Record<string, unknown> | undefined> {
  const stored = await get(store, id)
  if (!isObject(stored)) return undefined
  const { cookie, ...data } = stored
  return hasExpired(cookie) ? undefined : data
}

function get(store: SessionStore, id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const returned = store.get(id, (error, session) => {
      // As express-session does: stores that keep files report a missing session by ENOENT.
      if (error && (error as { code?: unknown }).code !== 'ENOENT') reject(error)
      else resolve(error ? undefined : session)
    })
    // Otherwise the rejection of an async store would be unhandled, and end the process.
    if (isPromise(returned)) onFailure(returned, reject)
  })
}

/** Some stores return expired records until they sweep them. */
function hasExpired(cookie: unknown): boolean {
  const expires: unknown = (cookie as { expires?: unknown } | null | undefined)?.expires
  if (typeof expires !== 'string' && typeof expires !== 'number' && !(expires instanceof Date)) return false
  return !(new Date(expires).getTime() > Date.now())
}

/** The options of `expressSession`. */
export interface ExpressSessionOptions extends ReaderOptions {
  /** The `store` of express-session. The reader only reads it. */
  store: SessionStore
  /** The `secret` of express-session, or an array of every secret in use. */
  secret: Secret | readonly Secret[]
  /** The `name` of express-session. Default `'connect.sid'`. */
  name?: string | undefined
}

const READER = 'expressSession'
const SIGNED = 's:'

/**
 * Reads the sessions of express-session: `s:`, the id, a dot and an HMAC-SHA-256 in the cookie, and the data in a
 * store. The store keeps its record, which other requests of the same page still need.
 *
 * @example
 * app.use(session({ migrateFrom: [expressSession({ store, secret: process.env.OLD_SECRET })] }))
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything, or without store or secret
 */
export function expressSession(options: ExpressSessionOptions): SessionReader {
  return onBehalfOf(expressSession, () => {
    checkOptions(READER, options, ['store', 'secret', 'name'])
    const { store } = options
    if (typeof store?.get !== 'function') {
      throw refused(
        READER,
        'store must be the store of express-session: if there was none, its sessions are gone, so leave this reader out',
      )
    }
    const name = cookieName(READER, options, 'connect.sid')
    const verify = verifier(secretsFrom(READER, 'secret', options), 'sha256', 'base64')

    function idFrom(value: string): string | undefined {
      const text = percentDecoded(value)
      if (!text?.startsWith(SIGNED)) return undefined
      const dot = text.lastIndexOf('.')
      const id = text.slice(SIGNED.length, dot)
      return dot > SIGNED.length && verify(id, text.slice(dot + 1)) ? id : undefined
    }

    async function first(ids: ReadonlySet<string>): Promise<FoundSession | undefined> {
      for (const id of ids) {
        const data = await storedData(store, id)
        if (data) return found(READER, { data }, [name], [id], options)
      }
      return undefined
    }

    return {
      from: 'express-session',
      read(req) {
        const ids = valuesOf(req.headers.cookie, name).flatMap((value) => idFrom(value) ?? [])
        return ids.length === 0 ? undefined : first(new Set(ids))
      },
    }
  })
}

/** Decodes a cookie value; undefined if its percent-encoding is broken. */
function percentDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
