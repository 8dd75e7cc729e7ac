import type { BackendName } from '../../backend.js'

/** Ends all sessions of a user in a database that looks into them. None of these questions has an index to help it. */
type Query = (store: unknown, user: string) => Promise<unknown>

/** As somebody would ask who has the table or the collection before them; the stores' own connections are used. */
export const QUERIES: Readonly<Partial<Record<BackendName, Query>>> = {
  mysql: (store, user) =>
    (store as MySqlStore).query(`DELETE FROM sessions WHERE JSON_VALUE(data, '$.user') = ?`, [user]),
  postgresql: (store, user) =>
    new Promise((resolve, reject) => {
      const done = (error: unknown) => (error ? reject(error) : resolve(undefined))
      ;(store as PostgreSqlStore).query(`DELETE FROM session WHERE sess->>'user' = $1`, [user], done)
    }),
  // By default it keeps a session as text.
  mongodb: async (store, user) =>
    (await (store as MongoStore).collectionP).deleteMany({ session: { $regex: `"user":"${user}"` } }),
}

interface MySqlStore {
  query(sql: string, values: readonly unknown[]): Promise<unknown>
}

interface PostgreSqlStore {
  query(sql: string, values: readonly unknown[], done: (error: unknown) => void): void
}

interface MongoStore {
  readonly collectionP: Promise<{ deleteMany(filter: object): Promise<unknown> }>
}
