import { Child } from '../../http/child.js'
import type { Felt } from '../../http/load.js'
import type { Participant } from '../participant.js'
import type { Greeting, Memory, Question, Usage } from './app.js'
import type { Order } from './load.js'
import { USER } from './user.js'

/** In milliseconds. */
const PATIENCE = 10_000

/** The app in a process of its own, with one backend. */
export class Instance {
  readonly #child: Child
  readonly url: string

  private constructor(child: Child, url: string) {
    this.#child = child
    this.url = url
  }

  static async start({ backend, url }: Participant): Promise<Instance> {
    const child = new Child(new URL('app.js', import.meta.url), [backend.name, ...(url === undefined ? [] : [url])])
    const { port } = await child.hear<Greeting>()
    return new Instance(child, `http://127.0.0.1:${port}`)
  }

  usage(): Promise<Usage> {
    return this.#child.ask<Usage>({ about: 'usage' } satisfies Question)
  }

  /** Resident bytes, after so many seconds of rest. */
  async memory(rest: number): Promise<number> {
    return (await this.#child.ask<Memory>({ about: 'memory', rest } satisfies Question)).resident
  }

  /** Throws if anything but the expected answer came back. A busy machine may answer nothing in a short turn: again. */
  async underLoad(load: Child, path: string, order: Pick<Order, 'cookies' | 'until'>): Promise<Felt> {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const felt = await load.ask<Felt>({ ...order, url: this.url + path, body: USER } satisfies Order)
      if (felt.problems !== '') throw new Error(`${path}: ${felt.problems}`)
      if (felt.requests > 0) return felt
      if (Date.now() > deadline) throw new Error(`${path}: no answer`)
    }
  }

  async stop(): Promise<void> {
    await this.#child.stop()
  }
}
