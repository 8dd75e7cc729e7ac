import type { Backend } from '../backend.js'
import { COOKIE, SECRET } from './settings.js'

export const cookieSession: Backend = {
  name: 'cookie-session',
  about: 'cookie-session',
  packages: ['cookie-session'],
  async open() {
    const { default: session } = await import('cookie-session')
    return { middleware: session({ keys: [SECRET], ...COOKIE }), close: async () => {} }
  },
}
