import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, Visitor } from './client.js'
import { until } from './until.js'

/** Between two requests of one visitor, in milliseconds: the load is meant to be constant, and light. */
const PACE = 40

export interface Counts {
  readonly sessions: number
  readonly lost: number
  readonly requests: number
  /** Requests that were not answered, or not with 200. Their sessions are as they were: in the visitors' cookies. */
  readonly failed: number
}

/**
 * Visitors who each log in and then go on counting their own requests in their own session. A session is lost when
 * somebody is no longer known, or when the count is not one more than it was.
 */
export class Load {
  static readonly #running = new Set<Load>()
  readonly #visitors: readonly CountingVisitor[]
  readonly #visits: Promise<unknown>
  #over = false

  private constructor(visitors: readonly CountingVisitor[]) {
    this.#visitors = visitors
    this.#visits = Promise.all(visitors.map((visitor) => this.#visitOnAndOn(visitor)))
    this.#visits.catch(() => {})
    Load.#running.add(this)
  }

  /** @param origins each is visited by `visitors` of their own */
  static async on(origins: readonly string[], visitors = 8): Promise<Load> {
    const all = origins.flatMap((origin) =>
      Array.from({ length: visitors }, (_, index) => new CountingVisitor(origin, `visitor ${index} of ${origin}`)),
    )
    await Promise.all(all.map((visitor) => visitor.login()))
    return new Load(all)
  }

  /** Ends what a failed test has left running. */
  static async endAll(): Promise<void> {
    await Promise.all([...Load.#running].map((load) => load.end()))
  }

  get counts(): Counts {
    const sum = (of: 'requests' | 'failed') => this.#visitors.reduce((total, visitor) => total + visitor[of], 0)
    const lost = this.#visitors.filter((visitor) => visitor.lost).length
    return { sessions: this.#visitors.length, lost, requests: sum('requests'), failed: sum('failed') }
  }

  /** The key that each visitor's cookie is sealed with (RFC 7515, section 4.1.4). */
  get kids(): Set<string> {
    return new Set(this.#visitors.map((visitor) => visitor.kid))
  }

  /** Goes on until every visitor whose session is not lost has been answered by every one of these processes. */
  async untilAnsweredBy(pids: readonly number[]): Promise<void> {
    for (const visitor of this.#visitors) visitor.answeredBy.clear()
    await until(`every visitor is answered by the processes ${pids}`, () =>
      this.#visitors.every(({ lost, answeredBy }) => lost || pids.every((pid) => answeredBy.has(pid))),
    )
  }

  async end(): Promise<Counts> {
    this.#over = true
    Load.#running.delete(this)
    await this.#visits
    return this.counts
  }

  async #visitOnAndOn(visitor: CountingVisitor): Promise<void> {
    while (!(this.#over || visitor.lost)) {
      await visitor.count()
      await pause(PACE)
    }
  }
}

class CountingVisitor {
  readonly answeredBy = new Set<number>()
  requests = 0
  failed = 0
  lost = false
  readonly #visitor: Visitor
  readonly #user: string
  #counted = 0

  constructor(origin: string, user: string) {
    this.#visitor = new Visitor(origin)
    this.#user = user
  }

  get kid(): string {
    const [token = ''] = this.#visitor.jar.values()
    return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  }

  async login(): Promise<void> {
    const { status } = await this.#visitor.get(`/login?user=${encodeURIComponent(this.#user)}`)
    if (status !== 200) throw new Error(`${this.#user} could not log in: ${status}`)
  }

  async count(): Promise<void> {
    this.requests++
    const answer = await this.#visitor.get('/count').catch(() => undefined)
    if (answer?.status === 200) this.#check(answer)
    else this.failed++
  }

  #check({ json: { user, count, pid } }: Answer): void {
    this.lost = user !== this.#user || count !== this.#counted + 1
    this.#counted = count
    this.answeredBy.add(pid)
  }
}
