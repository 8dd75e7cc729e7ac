import { promisify } from 'node:util'
import type { Request } from 'express'
import type { BackendName } from '../../backend.js'
import { killAllOf } from './endings.js'
import { isExpressSession } from './log-out.js'
import { QUERIES } from './queries.js'
import { sessionOf } from './session.js'
import type { Settings } from './settings.js'

/** What an app can end all sessions of a user with. */
export interface Everywhere {
  /**
   * - `list`: the store lists everybody's sessions, and the app picks the user's
   * - `query`: the database deletes the user's sessions, whose rows it can look into
   * - `validate`: the middleware asks the app about each session that comes
   * - `ids`: the store ends a session whose id the app has kept, and cannot find one
   * - `nothing`: no session can be ended but the request's own
   */
  readonly by: 'list' | 'query' | 'validate' | 'ids' | 'nothing'
  /** Sessions that the app has read to find those of the user. */
  readonly read: number
}

interface Store {
  all?(done: (error: unknown, sessions: unknown) => void): void
  destroy(id: string, done: (error?: unknown) => void): void
}

export async function logOutEverywhere(req: Request, { backend, validate }: Settings): Promise<Everywhere> {
  const { user } = sessionOf(req)
  if (user === undefined) throw new Error('nobody is signed in')
  if (isExpressSession(req)) return inStore((req as unknown as { sessionStore: Store }).sessionStore, backend, user)
  if (!validate) return { by: 'nothing', read: 0 }
  killAllOf(user)
  return { by: 'validate', read: 0 }
}

async function inStore(store: Store, backend: BackendName, user: string): Promise<Everywhere> {
  const query = QUERIES[backend]
  if (query) {
    await query(store, user)
    return { by: 'query', read: 0 }
  }
  // An optional method of stores, and the only one that finds a session without its id.
  if (!store.all) return { by: 'ids', read: 0 }
  const sessions = idsAndSessions(await promisify(store.all.bind(store))())
  for (const [id, session] of sessions) if (session.user === user) await promisify(store.destroy.bind(store))(id)
  return { by: 'list', read: sessions.length }
}

type Listed = { id: string; user?: string }

/** Some stores list sessions by their ids, some in an array with the id in each. */
function idsAndSessions(sessions: unknown): [string, Listed][] {
  if (Array.isArray(sessions)) return sessions.map((session: Listed) => [session.id, session])
  return Object.entries(sessions as Record<string, Listed>)
}
