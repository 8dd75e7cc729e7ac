import type { SessionStore } from '../../../lib/migrate/index.js'
import { STORED } from './packages.js'

/** What a store does: has a session, fails, or is not as it should be. */
export const STORES: Readonly<Record<string, (stored: unknown) => SessionStore>> = {
  answers: (stored) => ({ get: (id, done) => done(null, id === STORED ? (stored as object) : null) }),
  'answers later': (stored) => ({ get: (_id, done) => void setImmediate(() => done(null, stored as object)) }),
  'answers twice': (stored) => ({ get: (_id, done) => [done(null, stored as object), done(new Error('late'))] }),
  fails: () => ({ get: (_id, done) => done(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })) }),
  'fails with no error': () => ({ get: (_id, done) => done('away') }),
  throws: () => ({
    get() {
      throw new TypeError('none')
    },
  }),
  rejects: () => ({ get: () => Promise.reject(new Error('away')) }),
}
