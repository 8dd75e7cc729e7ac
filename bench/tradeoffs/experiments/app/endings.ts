import { setTimeout as sleep } from 'node:timers/promises'

/** What the recipes for ending sessions keep in Redis, kept in memory: one instance is all that asks. */
const killed = new Set<string>()
const notBefore = new Map<string, number>()
const seconds = () => Math.floor(Date.now() / 1000)
let asked = 0

interface Opened {
  readonly id: string
  readonly createdAt: Date
  readonly user?: string
}

export function validate({ id, createdAt, user }: Opened): boolean {
  asked++
  if (killed.has(id)) return false
  return user === undefined || createdAt.getTime() / 1000 > (notBefore.get(user) ?? 0)
}

/** How often `validate` was asked: each time is a look-up in the database of a real app. */
export function timesAsked(): number {
  return asked
}

export function kill(id: string): void {
  killed.add(id)
}

export function killAllOf(user: string): void {
  notBefore.set(user, seconds() + 1)
}

/** A session that began in the second of the ending would be taken for an older one. */
export async function mayLogIn(user: string): Promise<void> {
  while (seconds() <= (notBefore.get(user) ?? 0)) await sleep(50)
}
