import { Child } from '../http/child.js'
import type { Greeting, Look } from './app.js'

interface Instance {
  readonly child: Child
  readonly origin: string
}

/** The processes behind a balancer, which asks them in turn. The first is never restarted. */
export class Instances {
  readonly #keysFile: string
  readonly #all: Instance[]
  /** One that a deployment is about to end gets no more requests. */
  #drained: number | undefined
  #turn = 0
  #restarted = 0

  private constructor(keysFile: string, all: Instance[]) {
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
    return (this.#all[this.#turn] as Instance).origin
  }

  /** @returns what the one that is never restarted is like: any other may be killed before it answers */
  look(): Promise<Look> {
    return (this.#all[0] as Instance).child.ask<Look>({})
  }

  /** @returns what each is like, once none is restarted any more */
  looks(): Promise<Look[]> {
    return Promise.all(this.#all.map(({ child }) => child.ask<Look>({})))
  }

  /**
   * Ends one as a deployment does, or kills it in the middle of what it does, and starts another in its place.
   *
   * @returns what the old one had come to, which one that is killed does not tell
   */
  async restart(how: 'ended' | 'killed'): Promise<Look | undefined> {
    const index = 1 + (this.#restarted++ % (this.#all.length - 1))
    const { child } = this.#all[index] as Instance
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
    await Promise.all(this.#all.map(({ child }) => child.stop('SIGKILL')))
  }
}

async function start(keysFile: string): Promise<Instance> {
  const child = new Child(new URL('./app.js', import.meta.url), [keysFile])
  const { port } = await child.hear<Greeting>()
  return { child, origin: `http://127.0.0.1:${port}` }
}
