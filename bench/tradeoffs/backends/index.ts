import type { Backend, BackendName } from '../backend.js'
import { cookieSession } from './cookie-session.js'
import { memcached } from './memcached.js'
import { memory } from './memory.js'
import { mongodb } from './mongodb.js'
import { mysql } from './mysql.js'
import { postgresql } from './postgresql.js'
import { redis } from './redis.js'
import { sealedSession } from './sealed-session.js'

export const BACKEND: Readonly<Record<BackendName, Backend>> = {
  'sealed-session': sealedSession,
  'cookie-session': cookieSession,
  memory,
  redis,
  memcached,
  mysql,
  mongodb,
  postgresql,
}
