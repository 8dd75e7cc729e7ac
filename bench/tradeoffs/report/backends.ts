import type { BackendName } from '../backend.js'

/** Where the data of a session are. */
export type Place = 'cookie' | 'app' | 'store'

export interface Description {
  /** As its makers spell it. */
  readonly label: string
  readonly place: Place
  /** For somebody who has never heard of it. */
  readonly about: string
}

export const DESCRIPTIONS: Readonly<Record<BackendName, Description>> = {
  'sealed-session': {
    label: 'sealed-session',
    place: 'cookie',
    about: 'this package: the whole session in a cookie, encrypted and authenticated',
  },
  'cookie-session': {
    label: 'cookie-session',
    place: 'cookie',
    about: 'the whole session in a cookie that is signed, not encrypted: whoever has the cookie reads the data',
  },
  memory: {
    label: 'MemoryStore',
    place: 'app',
    about: 'express-session with its default store, the memory of the app’s own process',
  },
  redis: { label: 'Redis', place: 'store', about: 'express-session with Redis, which keeps data in memory' },
  memcached: { label: 'Memcached', place: 'store', about: 'express-session with Memcached, a cache in memory' },
  mysql: { label: 'MySQL', place: 'store', about: 'express-session with MySQL or MariaDB, a database' },
  mongodb: { label: 'MongoDB', place: 'store', about: 'express-session with MongoDB, a document database' },
  postgresql: { label: 'PostgreSQL', place: 'store', about: 'express-session with PostgreSQL, a database' },
}

/** The one that the others are compared with. */
export const OURS: BackendName = 'sealed-session'

export function labelOf(name: BackendName): string {
  return DESCRIPTIONS[name].label
}

export function labelsOf(names: readonly BackendName[]): string[] {
  return names.map(labelOf)
}

export function keptIn(place: Place, names: readonly BackendName[]): BackendName[] {
  return names.filter((name) => DESCRIPTIONS[name].place === place)
}
