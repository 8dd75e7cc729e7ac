import { promisify } from 'node:util'
import type { Backend } from '../backend.js'
import { expressSession, needed, withStore } from './express-session.js'

export const memcached: Backend = {
  name: 'memcached',
  about: 'express-session with connect-memcached',
  packages: ['express-session', 'connect-memcached'],
  server: 'memcached',
  async open(url) {
    const { default: connect } = await import('connect-memcached')
    const Store = connect(await expressSession())
    // `memcached://127.0.0.1:11211`; the client knows no URLs.
    const store = new Store({ hosts: [new URL(needed(url)).host] })
    await promisify(store.client.version.bind(store.client))()
    return {
      middleware: await withStore(store),
      close: async () => store.client.end(),
    }
  },
}
