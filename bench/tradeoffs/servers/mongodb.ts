import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { find } from './find.js'
import { serverProgram } from './program.js'

const urlOf = (port: number) => `mongodb://127.0.0.1:${port}/sessions`

/** As it comes: its journal reaches the disk every tenth of a second. */
export const mongodb = serverProgram({
  kind: 'mongodb',
  variable: 'MONGODB_URL',
  install: 'Debian has none; see https://www.mongodb.com/docs/manual/administration/install-on-linux/',
  find: () => find(['mongod']),
  prepare({ folder }) {
    mkdirSync(join(folder, 'data'))
    return []
  },
  arguments: ({ folder, port }) => [
    ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', join(folder, 'data')],
    ...['--unixSocketPrefix', folder],
  ],
  url: urlOf,
  async ping(port) {
    const client = await MongoClient.connect(urlOf(port), { serverSelectionTimeoutMS: 1000 })
    try {
      await client.db().command({ ping: 1 })
    } finally {
      await client.close()
    }
  },
})
