import { onBehalfOf } from '../caller.js'
import type { FoundSession, SessionReader } from '../session-reader.js'
import { verifier } from '../token/signed.js'
import { found } from './found.js'
import { valuesOf } from './limits.js'
import { checkOptions, cookieName, type ReaderOptions, refused } from './reader-options.js'
import { type Secret, secretsFrom } from './secrets.js'
import { type SessionStore, storedData } from './store.js'

export interface ExpressSessionOptions extends ReaderOptions {
  /** express-session's `store`, the one that the app has. Nothing is written to it or removed from it. */
  store: SessionStore
  /** express-session's `secret`: one, or every one in use. */
  secret: Secret | readonly Secret[]
  /** express-session's `name`. Default `'connect.sid'`. */
  name?: string | undefined
}

const READER = 'expressSession'
const SIGNED = 's:'

/**
 * Reads the sessions of the package express-session: `s:`, the id, a dot and its HMAC-SHA-256 in the cookie, and the
 * data in a store. The store keeps its record until it expires, as other requests of the same page still need it.
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
        'store must be the store of express-session: without a store, its sessions were in memory only, and nothing is left',
      )
    }
    const name = cookieName(READER, options, 'connect.sid')
    const verify = verifier(secretsFrom(READER, 'secret', options.secret), 'sha256', 'base64')

    function idFrom(value: string): string | undefined {
      const text = decoded(value)
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

/** The value before it was percent-encoded for the cookie. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
