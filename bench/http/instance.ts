import assert from 'node:assert/strict'
import { type Data, dataOf, type Name, STEPS, type Step, USER } from '../contenders/servers.js'
import { visit } from '../measure/browser.js'
import { type Child, startServer } from '../measure/process.js'
import type { Places, PlacesBy } from '../measure/profile.js'
import type { Facts, Series } from '../measure/samples.js'
import { type Cpu, cpuOf } from '../measure/usage.js'
import type { Felt, Order } from './load.js'
import type { Question, Usage } from './server.js'

/** What a turn has cost per request, with what the load felt. */
export interface Turn extends Felt {
  /** Microseconds. */
  readonly app: Cpu
  /** Of the server that keeps the sessions; undefined where there is none, or it is not ours to look at. */
  readonly store: Cpu | undefined
  /** Of the requests. */
  readonly bytesIn: number
}

export interface Store {
  readonly url?: string
  readonly pid?: number | undefined
}

/** Seconds in which something must be answered. */
const LONGEST = 10

/** The app with one contender, in a process of its own. */
export class Instance {
  readonly name: Name
  readonly url: string
  readonly #child: Child
  readonly #storePid: number | undefined

  private constructor(name: Name, child: Child, storePid: number | undefined) {
    this.name = name
    this.url = child.origin
    this.#child = child
    this.#storePid = storePid
  }

  /** Starts it. @param store the address of the one that it needs, and its process if it is ours */
  static async start(name: Name, express: 4 | 5, { url, pid }: Store = {}): Promise<Instance> {
    const args = [name, String(express), ...(url === undefined ? [] : [url])]
    return new Instance(name, await startServer(new URL('server.js', import.meta.url), args), pid)
  }

  stop(): Promise<unknown> {
    return this.#child.stop()
  }

  /** Resident bytes, after so many seconds of rest. */
  memory(rest: number): Promise<number> {
    return this.#child.ask<number>({ about: 'memory', rest } satisfies Question as object)
  }

  /** Signs somebody in with so many bytes of session, and returns the cookie. */
  async signIn(size: number): Promise<string> {
    const { body, cookie } = await visit(`${this.url}/sign-in?size=${size}`)
    assert.equal(body, USER)
    if (this.name !== 'nothing') assert.notEqual(cookie, '', 'signed in without a cookie')
    return cookie
  }

  /** The data alone: the cookie of express-session is part of its JSON. */
  async session(cookie: string): Promise<Data> {
    const { cookie: _, ...data } = JSON.parse((await visit(`${this.url}/session`, cookie)).body)
    return data
  }

  /**
   * Checks that the contender does what it is timed for: it brings the data back, leaves a session alone that was not
   * changed, and keeps a change.
   */
  async agree(size: number): Promise<void> {
    const [cookie, data] = [await this.signIn(size), dataOf(size)]
    for (const step of ['untouched', 'read']) {
      assert.deepEqual(await visit(`${this.url}/${step}`, cookie), { body: USER, cookie: '' }, step)
    }
    const written = await visit(`${this.url}/write`, cookie)
    assert.equal(written.body, USER)
    if (this.name === 'nothing') return
    // Where a store has the data, the cookie may stay the same.
    const after = written.cookie || cookie
    assert.deepEqual(await this.session(after), { ...data, views: data.views + 1 })
    assert.deepEqual(await this.session(''), {})
    if (after !== cookie) assert.deepEqual(await this.session(cookie), data)
  }

  /** Where the time of its requests goes, while it does some. */
  async profiled(work: () => Promise<unknown>, by: PlacesBy = 'parts'): Promise<Places> {
    const ask = () => this.#child.ask<Places>({ about: 'profile', by } satisfies Question)
    await ask()
    await work()
    return ask()
  }

  /** The cookies of so many who have signed in, as a session belongs to one browser. Throws where it does not `agree`. */
  async signInMany(count: number, size: number): Promise<string[]> {
    await this.agree(size)
    const cookies: string[] = []
    while (cookies.length < count) cookies.push(await this.signIn(size))
    return cookies
  }

  /** Lets it be under load for a while. Throws if anything but the expected answer came back. */
  async turn(load: Child, path: string, order: Pick<Order, 'cookies' | 'until' | 'by'>): Promise<Turn> {
    const look = async () => ({
      app: await this.#child.ask<Usage>({ about: 'usage' } satisfies Question),
      store: this.#storePid && cpuOf(this.#storePid),
    })
    const before = await look()
    const felt = await this.#underLoad(load, path, order)
    const after = await look()
    const served = after.app.requests - before.app.requests
    const each = (one: Cpu, other: Cpu): Cpu => ({
      user: (other.user - one.user) / served,
      system: (other.system - one.system) / served,
    })
    return {
      ...felt,
      app: each(before.app, after.app),
      store: before.store && after.store ? each(before.store, after.store) : undefined,
      bytesIn: (after.app.bytes - before.app.bytes) / served,
    }
  }

  /** A busy machine may answer nothing in a short turn: then a longer one. */
  async #underLoad(load: Child, path: string, order: Pick<Order, 'cookies' | 'until' | 'by'>): Promise<Felt> {
    const felt = await load.ask<Felt>({ ...order, url: this.url + path, body: USER } satisfies Order)
    if (felt.problems !== '') throw new Error(`${path}: ${felt.problems}`)
    if (felt.requests > 0) return felt
    const duration = 'duration' in order.until ? 2 * order.until.duration : LONGEST
    if (duration >= LONGEST) throw new Error(`${path}: no answer`)
    return this.#underLoad(load, path, { ...order, until: { duration } })
  }
}

/** Does something with an instance of its own. */
export async function withInstance(
  name: Name,
  store: Store,
  work: (instance: Instance) => Promise<unknown>,
): Promise<void> {
  const instance = await Instance.start(name, 5, store)
  try {
    await work(instance)
  } catch (cause) {
    throw new Error(`${name} failed`, { cause })
  } finally {
    await instance.stop()
  }
}

export interface Turns {
  readonly connections: number
  /** Seconds of a turn, and of one that does not count. */
  readonly seconds: number
  readonly warmUp: number
}

/** Requests per second, latencies and CPU of all steps and sizes, with a session for each connection. */
export async function measureRates(
  instance: Instance,
  load: Child,
  { connections, seconds, warmUp }: Turns,
  sizes: readonly number[],
  add: (facts: Facts & { step: Step; size: number }, turn: Turn) => void,
): Promise<void> {
  const signedIn = new Map<number, string[]>()
  for (const size of sizes) signedIn.set(size, await instance.signInMany(connections, size))
  const order = (size: number, duration: number) => ({ cookies: signedIn.get(size) ?? [], until: { duration } })
  for (const step of STEPS) await instance.turn(load, `/${step}`, order(sizes[0] ?? 0, warmUp))
  for (const size of sizes) {
    for (const step of STEPS) add({ step, size }, await instance.turn(load, `/${step}`, order(size, seconds)))
  }
}

/** Requests per second, as every benchmark over HTTP records them. */
export function addFelt(series: Series, kind: Facts & { contender: string }, felt: Felt): void {
  series.add({ ...kind, metric: 'requests', unit: '1/s' }, felt.requests / felt.seconds)
  series.add({ ...kind, metric: 'p50', unit: 'ms' }, felt.p50)
  series.add({ ...kind, metric: 'p99', unit: 'ms' }, felt.p99)
}
