/**
 * A password change ends the sessions that began with an older password: the user has a version, which rises with every
 * change, and a session keeps the version that it logged in with. No clock decides, so that it holds within a second
 * and between processes. Nothing is let in where the version is missing: a user who was deleted is out as well.
 *
 * The users are in Redis here. In a database it is a column beside the password's hash.
 */
import type { Session } from '../../../lib/index.js'
import { inTime, redis } from './redis.js'

/** What the session keeps, as `req.session.user`. */
export interface User {
  readonly id: string
  readonly version: number
}

/**
 * Hash and version are read at once: a log-in that is under way while the password changes is one with the old version.
 *
 * @param isRight whether the password that was typed has this hash
 */
export async function logIn(id: string, isRight: (hash: string) => Promise<boolean>): Promise<User | undefined> {
  const { hash, version } = await inTime(redis.hGetAll(keyOf(id)))
  return hash !== undefined && (await isRight(hash)) ? { id, version: Number(version) } : undefined
}

/** Returns the user for a session that is to go on, which is the one that this was done in, after `regenerate()`. */
export async function changePassword(id: string, hash: string): Promise<User> {
  const both = redis.multi().hSet(keyOf(id), { hash }).hIncrBy(keyOf(id), 'version', 1).execTyped()
  const [, version] = await inTime(both)
  return { id, version }
}

/** For `session({ validate })`. */
export async function validate({ user }: Pick<Session<{ user: User }>, 'user'>): Promise<boolean> {
  return user === undefined || Number(await inTime(redis.hGet(keyOf(user.id), 'version'))) === user.version
}

function keyOf(id: string): string {
  return `user:${id}`
}
