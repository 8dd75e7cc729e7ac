import type { FoundSession, SessionReader } from '../session-reader.js'
import { type Chunked, chunked } from './chunks.js'
import { type Contents, found } from './found.js'
import { type Attempts, attemptsFor, type DecryptRules, decrypt, type KeyFinder, type OpenedJwe } from './jose.js'
import type { ReaderOptions } from './reader-options.js'

/** How another package keeps its session in a JWE. */
export interface JweSession {
  /** Names the reader in events. */
  readonly from: string
  /** The reader's function, for messages. */
  readonly reader: string
  /** The cookies that it may be in, in the order in which they are tried, each with its keys. */
  readonly cookies: readonly { readonly name: string; readonly keys: readonly KeyFinder[] }[]
  readonly rules: DecryptRules
  /** What a token says that has verified; undefined if it is not, or no longer, a session. */
  contents(opened: OpenedJwe): Contents | undefined
}

/** A reader of sessions in a JWE. Nothing is loaded, derived or awaited for a request that does not bring one. */
export function jweReader(session: JweSession, options: ReaderOptions): SessionReader {
  const { from, reader, cookies } = session

  async function first(brought: readonly Brought[], attempts: Attempts): Promise<FoundSession | undefined> {
    for (const { values, names, keys } of brought) {
      const accepted = await firstAccepted(values, keys, session, attempts)
      if (accepted) return found(reader, accepted.contents, names, [accepted.value], options)
    }
    return undefined
  }

  return {
    from,
    read(req) {
      const { cookie } = req.headers
      const brought = cookies.flatMap(({ name, keys }) => {
        const one = chunked(cookie, name)
        return one ? [{ ...one, keys }] : []
      })
      return brought.length === 0 ? undefined : first(brought, attemptsFor(req))
    },
  }
}

interface Brought extends Chunked {
  readonly keys: readonly KeyFinder[]
}

async function firstAccepted(
  values: readonly string[],
  keys: readonly KeyFinder[],
  { rules, contents }: JweSession,
  attempts: Attempts,
): Promise<{ readonly value: string; readonly contents: Contents } | undefined> {
  for (const value of values) {
    for (const key of keys) {
      const opened = await decrypt(value, key, rules, attempts)
      const one = opened && contents(opened)
      if (one) return { value, contents: one }
    }
  }
  return undefined
}
