import { moduleOf } from '../../cold/modules.js'
import type { Backend } from '../backend.js'
import { SECRET } from './settings.js'

export const sealedSession: Backend = {
  name: 'sealed-session',
  about: 'sealed-session',
  packages: [],
  async open() {
    const { default: session } = await import(moduleOf('sealed-session'))
    // Its other defaults are those of `COOKIE`.
    const middleware = session({ keys: SECRET, cookie: { secure: false } })
    return { middleware, close: async () => {} }
  },
}
