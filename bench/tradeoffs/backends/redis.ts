import type { Backend } from '../backend.js'
import { needed, withStore } from './express-session.js'

export const redis: Backend = {
  name: 'redis',
  about: 'express-session with connect-redis',
  packages: ['express-session', 'connect-redis', 'redis'],
  server: 'redis',
  async open(url) {
    const [{ RedisStore }, { createClient }] = await Promise.all([import('connect-redis'), import('redis')])
    const client = createClient({ url: needed(url) })
    // Without a listener, a lost connection would end the process. The client connects again by itself.
    client.on('error', () => {})
    await client.connect()
    return {
      middleware: await withStore(new RedisStore({ client })),
      close: async () => client.destroy(),
    }
  },
}
