import { dirname, join } from 'node:path'
import pg from 'pg'
import { find, postgresqlFolders } from './find.js'
import { serverProgram } from './program.js'
import { insteadOfRoot } from './user.js'

const urlOf = (port: number) => `postgresql://app@127.0.0.1:${port}/postgres`

/** As it comes: what it has confirmed is on disk, and so survives that it is killed. */
export const postgresql = serverProgram({
  kind: 'postgresql',
  variable: 'POSTGRESQL_URL',
  install: 'apt-get install postgresql',
  // Not from PATH, where some have a wrapper of the one without the other.
  find: () => find(['postgres'], postgresqlFolders()),
  user: () => insteadOfRoot('postgres', 'nobody'),
  prepare: ({ program, folder }) => [
    [
      join(dirname(program), 'initdb'),
      ...['--pgdata', join(folder, 'data'), '--username', 'app', '--auth', 'trust', '--encoding', 'UTF8'],
    ],
  ],
  arguments: ({ folder, port }) => [
    ...['-D', join(folder, 'data'), '-k', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
  ],
  url: urlOf,
  async ping(port) {
    const client = new pg.Client({ connectionString: urlOf(port) })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('SELECT 1')
    } finally {
      await client.end()
    }
  },
  // SIGTERM waits until the last client has gone.
  stopSignal: 'SIGINT',
})
