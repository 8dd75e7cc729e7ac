import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { type Child, startServer } from '../measure/process.js'
import type { Look } from './app.js'

/** The processes behind a balancer, which asks them in turn. The first is never restarted. */
export async function instances(count: number, keysFile: string) {
  const start = () => startServer(new URL('app.js', import.meta.url), [keysFile])
  const all = await Promise.all(Array.from({ length: count }, start))
  /** One that a deployment is about to end gets no more requests. */
  let drained: Child | undefined
  let turn = 0
  let restarted = 0
  return {
    /** Of the one whose turn it is. */
    next(): string {
      const serving = all.filter((one) => one !== drained)
      return (serving[turn++ % serving.length] as Child).origin
    },
    /** What the one that is never restarted is like: any other may be killed before it answers. */
    look: () => (all[0] as Child).ask<Look>({}),
    /** What each is like, once none is restarted any more. */
    looks: () => Promise.all(all.map((child) => child.ask<Look>({}))),
    /**
     * Ends one as a deployment does, or kills it in the middle of what it does, and starts another in its place.
     *
     * @returns what the old one had come to, which one that is killed does not tell
     */
    async restart(how: 'ended' | 'killed'): Promise<Look | undefined> {
      const index = 1 + (restarted++ % (all.length - 1))
      const child = all[index] as Child
      const replacement = await start()
      if (child.hasEnded) throw new Error('an instance has ended before it was asked to')
      if (how === 'ended') drained = child
      const look = how === 'ended' ? await child.ask<Look>({}) : undefined
      const code = await child.stop(how === 'ended' ? 'SIGTERM' : 'SIGKILL')
      if (how === 'ended' && code !== 0)
        throw new Error(`an instance ended with ${code}: something was wrong at its end`)
      all[index] = replacement
      return look
    },
    stop: () => Promise.all(all.map((child) => child.stop('SIGKILL'))),
  }
}

/** How many keys still open sessions after another has taken their place. */
const RETIRED = 2

/**
 * The keys of all instances, in a file that is replaced while they run: newest first.
 *
 * @param lead how many seconds a key is known before it seals, so that no instance seals with what others do not know
 */
export function ringFile(file: string, lead: number) {
  let keys: { readonly kty: 'oct'; readonly kid: string; readonly k: string; readonly nbf?: number }[] = []
  let count = 0
  // By a rename, so that nobody reads half of it.
  const publish = (times: { nbf?: number }) => {
    const key = { kty: 'oct', kid: `key-${++count}`, k: randomBytes(32).toString('base64url') } as const
    keys = [{ ...key, ...times }, ...keys].slice(0, 2 + RETIRED)
    writeFileSync(`${file}.new`, JSON.stringify({ keys }))
    renameSync(`${file}.new`, file)
  }
  publish({})
  return {
    /** Of the keys that are in the file, the newest first. */
    kids: () => keys.map(({ kid }) => kid),
    /** Adds a key that seals from when its lead is over, and takes the oldest away. */
    rotate: () => publish({ nbf: Math.ceil(Date.now() / 1000) + lead }),
  }
}
