/**
 * Kill one session, whoever holds a copy of its cookie: a deny list of ids. An id stays on it for as long as its session
 * could be valid. A session that was regenerated has a new id: one that has been copied before is killed by the old.
 */
import type { Session } from '../../../lib/index.js'
import { inTime, redis } from './redis.js'

/** Seconds, as `absoluteTimeout` says. */
const ABSOLUTE_TIMEOUT = 7 * 24 * 60 * 60

/** @param createdAt of the session, if it is known: without it, the id stays on the list a little longer than needed */
export async function killOneSession(id: string, createdAt: Date = new Date()): Promise<void> {
  // The processes' clocks may be up to a minute apart.
  const end = Math.floor(createdAt.getTime() / 1000) + ABSOLUTE_TIMEOUT + 60
  await inTime(redis.set(keyOf(id), 'killed', { expiration: { type: 'EXAT', value: end } }))
}

/** For `session({ validate })`. */
export async function validate({ id }: Pick<Session, 'id'>): Promise<boolean> {
  return (await inTime(redis.exists(keyOf(id)))) === 0
}

function keyOf(id: string): string {
  return `killed:${id}`
}
