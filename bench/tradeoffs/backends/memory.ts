import type { Backend } from '../backend.js'
import { expressSession, withStore } from './express-session.js'

export const memory: Backend = {
  name: 'memory',
  about: 'express-session with its MemoryStore',
  packages: ['express-session'],
  async open() {
    const { MemoryStore } = await expressSession()
    return { middleware: await withStore(new MemoryStore()), close: async () => {} }
  },
}
