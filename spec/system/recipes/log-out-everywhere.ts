/**
 * Log out everywhere: a `notBefore` per user, and each session that began by then ends.
 *
 * `createdAt` is in whole seconds, and the clocks of several processes are a little apart. So `notBefore` is a second
 * ahead, a session that began in that very second ends, too, and a new log-in waits until it is over. It relies on
 * clocks that are less than a second apart; `password-change.ts` needs none.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../../../lib/index.js'
import { inTime, redis } from './redis.js'

/** Seconds, as `absoluteTimeout` says. */
const ABSOLUTE_TIMEOUT = 7 * 24 * 60 * 60

/** Resolves once it is certain: until then, tell nobody that the sessions have ended. */
export async function logOutEverywhere(userId: string): Promise<void> {
  // By then, all that it is about have reached their absolute timeout, by clocks up to a minute apart.
  const expiration = { type: 'EX', value: ABSOLUTE_TIMEOUT + 60 } as const
  await inTime(redis.set(keyOf(userId), seconds() + 1, { expiration }))
}

/** To be awaited before `req.session.regenerate()`, so that the new session is not taken for one of before. */
export async function mayLogIn(userId: string): Promise<void> {
  const notBefore = await notBeforeOf(userId)
  while (seconds() <= notBefore) await sleep(50)
}

/** For `session({ validate })`. */
export async function validate({
  user,
  createdAt,
}: Pick<Session<{ user: string }>, 'user' | 'createdAt'>): Promise<boolean> {
  return user === undefined || createdAt.getTime() / 1000 > (await notBeforeOf(user))
}

async function notBeforeOf(userId: string): Promise<number> {
  return Number(await inTime(redis.get(keyOf(userId))))
}

function keyOf(userId: string): string {
  return `not-before:${userId}`
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
