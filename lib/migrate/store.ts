import { isPromise } from '../promise.js'

/** A store of express-session, as far as it is needed to read. */
export interface SessionStore {
  get(sid: string, callback: (error?: unknown, session?: object | null) => void): unknown
}

/**
 * The data that a store has under an id; undefined if it has none, or if they have expired.
 *
 * @throws whatever error the store gives
 */
export async function storedData(store: SessionStore, id: string): Promise<Record<string, unknown> | undefined> {
  const stored = await get(store, id)
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return undefined
  const { cookie, ...data } = stored as Record<string, unknown>
  return hasExpired(cookie) ? undefined : data
}

function get(store: SessionStore, id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const returned = store.get(id, (error, session) => {
      // express-session takes ENOENT for a session that is not there, as stores that keep files report it.
      if (error && (error as { code?: unknown }).code !== 'ENOENT') reject(error)
      else resolve(error ? undefined : session)
    })
    // The error of a store that is an async function would be nobody's, and end the process.
    if (isPromise(returned)) returned.then(undefined, reject)
  })
}

/** Some stores give back records whose time has passed, until they sweep them. */
function hasExpired(cookie: unknown): boolean {
  const expires: unknown = (cookie as { expires?: unknown } | null | undefined)?.expires
  if (typeof expires !== 'string' && typeof expires !== 'number' && !(expires instanceof Date)) return false
  return !(new Date(expires).getTime() > Date.now())
}
