import type { Backend } from '../backend.js'
import { expressSession, needed, withStore } from './express-session.js'

export const mysql: Backend = {
  name: 'mysql',
  about: 'express-session with express-mysql-session',
  packages: ['express-session', 'express-mysql-session', 'mysql2'],
  server: 'mariadb',
  async open(url) {
    const [{ default: connect }, { createPool }] = await Promise.all([
      import('express-mysql-session'),
      import('mysql2/promise'),
    ])
    const pool = createPool(needed(url))
    const Store = connect(await expressSession())
    const store = new Store({ endConnectionOnClose: true }, pool)
    await store.onReady()
    return { middleware: await withStore(store), close: () => store.close() }
  },
}
