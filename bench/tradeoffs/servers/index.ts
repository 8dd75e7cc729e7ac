import type { ServerKind, ServerProgram } from '../backend.js'
import { mariadb } from './mariadb.js'
import { memcached } from './memcached.js'
import { mongodb } from './mongodb.js'
import { postgresql } from './postgresql.js'
import { redis } from './redis.js'

export const SERVERS: Readonly<Record<ServerKind, ServerProgram>> = { redis, memcached, mariadb, mongodb, postgresql }
