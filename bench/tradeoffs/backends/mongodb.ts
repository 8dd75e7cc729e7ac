import type { Backend } from '../backend.js'
import { needed, withStore } from './express-session.js'

export const mongodb: Backend = {
  name: 'mongodb',
  about: 'express-session with connect-mongo',
  packages: ['express-session', 'connect-mongo', 'mongodb'],
  server: 'mongodb',
  async open(url) {
    const [{ default: MongoStore }, { MongoClient }] = await Promise.all([import('connect-mongo'), import('mongodb')])
    const client = await MongoClient.connect(needed(url))
    const store = MongoStore.create({ client })
    return { middleware: await withStore(store), close: () => client.close() }
  },
}
