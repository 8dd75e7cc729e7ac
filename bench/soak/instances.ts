import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { type Child, startServer } from '../measure/process.js'
import type { Look } from './app.js'

/** The processes behind a balancer, which asks them in turn. The first is never restarted. */
export class Instances {
  readonly #keysFile: string
  readonly #all: Child[]
  /** One that a deployment is about to end gets no more requests. */
  #drained: number | undefined
  #turn = 0
  #restarted = 0

  private constructor(keysFile: string, all: Child[]) {
    this.#keysFile = keysFile
    this.#all = all
  }

  static async start(count: number, keysFile: string): Promise<Instances> {
    return new Instances(keysFile, await Promise.all(Array.from({ length: count }, () => start(keysFile))))
  }

  /** Of the one whose turn it is. */
  next(): string {
    this.#turn = (this.#turn + 1) % this.#all.length
    if (this.#turn === this.#drained) return this.next()
    return (this.#all[this.#turn] as Child).origin
  }

  /** @returns what the one that is never restarted is like: any other may be killed before it answers */
  look(): Promise<Look> {
    return (this.#all[0] as Child).ask<Look>({})
  }

  /** @returns what each is like, once none is restarted any more */
  looks(): Promise<Look[]> {
    return Promise.all(this.#all.map((child) => child.ask<Look>({})))
  }

  /**
   * Ends one as a deployment does, or kills it in the middle of what it does, and starts another in its place.
   *
   * @returns what the old one had come to, which one that is killed does not tell
   */
  async restart(how: 'ended' | 'killed'): Promise<Look | undefined> {
    const index = 1 + (this.#restarted++ % (this.#all.length - 1))
    const child = this.#all[index] as Child
    const replacement = await start(this.#keysFile)
    if (how === 'ended') this.#drained = index
    if (child.hasEnded) throw new Error('an instance has ended before it was asked to')
    const look = how === 'ended' ? await child.ask<Look>({}) : undefined
    const code = await child.stop(how === 'ended' ? 'SIGTERM' : 'SIGKILL')
    if (how === 'ended' && code !== 0) throw new Error(`an instance ended with ${code}: something was wrong at its end`)
    this.#all[index] = replacement
    this.#drained = undefined
    return look
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((child) => child.stop('SIGKILL')))
  }
}

function start(keysFile: string): Promise<Child> {
  return startServer(new URL('app.js', import.meta.url), [keysFile])
}

/** How many keys still open sessions after another has taken their place. */
const RETIRED = 2

/** The keys of all instances, in a file that is replaced while they run: newest first. */
export class RingFile {
  readonly #file: string
  readonly #lead: number
  #keys: { readonly kty: 'oct'; readonly kid: string; readonly k: string; readonly nbf?: number }[] = []
  #count = 0

  /** @param lead how many seconds a key is known before it seals, so that no instance seals with what others do not know */
  constructor(file: string, lead: number) {
    this.#file = file
    this.#lead = lead
    this.#publish({})
  }

  /** The newest key's. */
  get kid(): string {
    return this.#keys[0]?.kid as string
  }

  /** The keys' that are in the file. */
  get kids(): readonly string[] {
    return this.#keys.map(({ kid }) => kid)
  }

  /** Adds a key that seals from when its lead is over, and takes the oldest away. */
  rotate(): void {
    this.#publish({ nbf: Math.ceil(Date.now() / 1000) + this.#lead })
  }

  // By a rename, so that nobody reads half of it.
  #publish(times: { nbf?: number }): void {
    const key = { kty: 'oct', kid: `key-${++this.#count}`, k: randomBytes(32).toString('base64url') } as const
    this.#keys = [{ ...key, ...times }, ...this.#keys].slice(0, 2 + RETIRED)
    writeFileSync(`${this.#file}.new`, JSON.stringify({ keys: this.#keys }))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
