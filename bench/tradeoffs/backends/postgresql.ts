import type { Backend } from '../backend.js'
import { expressSession, needed, withStore } from './express-session.js'

export const postgresql: Backend = {
  name: 'postgresql',
  about: 'express-session with connect-pg-simple',
  packages: ['express-session', 'connect-pg-simple', 'pg'],
  server: 'postgresql',
  async open(url) {
    const [{ default: connect }, { default: pg }] = await Promise.all([import('connect-pg-simple'), import('pg')])
    const pool = new pg.Pool({ connectionString: needed(url) })
    // Without a listener, the end of an idle connection would end the process. The pool opens another when it needs one.
    pool.on('error', () => {})
    const Store = connect(await expressSession())
    const store = new Store({ pool, createTableIfMissing: true })
    await createTable(store)
    return {
      middleware: await withStore(store),
      close: async () => {
        await store.close()
        await pool.end()
      },
    }
  },
}

/** It makes its table before its first query, so this is one that finds nothing. */
function createTable(store: { get(id: string, done: (error: unknown) => void): void }): Promise<void> {
  return new Promise((resolve, reject) => {
    store.get('nobody', (error) => (error ? reject(error) : resolve()))
  })
}
