import type { Request, Response } from 'express'
import type { Asked } from './deeds/deed.js'
import type { About, Account } from './differences/compared.js'
import { differences } from './differences/index.js'
import { cookiesAfter } from './jar.js'
import type { OtherSide } from './other/side.js'
import { lineBytes, type Seen } from './seen.js'
import type { Sessions } from './sessions.js'
import type { State } from './state.js'
import type { Side } from './view.js'
import { setCookieOf, type Wire } from './wire.js'

const MOST = 20
/** In characters: a key that was typed can be as long as a form. */
const LONGEST_TITLE = 120

/** What is done, as it is told. */
export interface Doing {
  readonly title: string
  readonly asked?: Asked | undefined
  readonly about?: About
}

interface Begun extends Doing {
  readonly before: { readonly ours: Seen; readonly theirs: Seen }
  readonly theirs: Promise<Account>
  /** What the app's error handler got. */
  error?: string
}

/** Keeps what each step did to both sides. A step is done when its response leaves. */
export class Steps {
  readonly #state: State
  readonly #sessions: Sessions
  readonly #other: OtherSide
  readonly #wire: Wire
  readonly #begun = new WeakMap<Request, Begun>()
  readonly #done = new WeakMap<Request, Account>()

  constructor(state: State, sessions: Sessions, other: OtherSide, wire: Wire) {
    this.#state = state
    this.#sessions = sessions
    this.#other = other
    this.#wire = wire
  }

  /**
   * Begins a step, before anything has changed here.
   *
   * @param drive does the same on the other side
   */
  async begin(req: Request, doing: Doing, drive: () => Promise<Side>): Promise<void> {
    const ours = this.#sessions.seen(req, req.headers.cookie)
    const { seen: theirs } = await this.#other.look()
    const account = drive().then(async (side) => ({ before: theirs, side, after: (await this.#other.look()).seen }))
    this.#begun.set(req, { ...doing, before: { ours, theirs }, theirs: account })
  }

  /** The step of this request came to an error. */
  fail(req: Request, error: string): void {
    const begun = this.#begun.get(req)
    if (begun) begun.error = error
  }

  /** Waits for the other side, so that a step can be settled at once when its head has left. */
  async ready(req: Request): Promise<void> {
    const begun = this.#begun.get(req)
    if (begun) this.#done.set(req, await begun.theirs)
  }

  /** The head has left: the step is done. */
  settle(req: Request, res: Response): void {
    const [begun, theirs] = [this.#begun.get(req), this.#done.get(req)]
    if (begun === undefined || theirs === undefined) return
    this.#begun.delete(req)
    const after = this.#sessions.seen(req, cookiesAfter(req.headers.cookie, setCookieOf(res)))
    const ours = { before: begun.before.ours, after, side: this.sideOf(req, res, begun.error) }
    this.add(begun, ours, theirs)
  }

  add({ title, asked, about = {} }: Doing, ours: Account, theirs: Account): void {
    const step = {
      at: Date.now(),
      title: title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE)}…` : title,
      ours: ours.side,
      theirs: theirs.side,
      differences: differences(ours, theirs, { ...about, asked }),
    }
    this.#state.steps = [step, ...this.#state.steps].slice(0, MOST)
  }

  /** What a request took here. */
  sideOf(req: Request, res: Response, error: string | undefined): Side {
    const { cookie, setCookie, status } = this.#wire.exchangeOf(req, res)
    return {
      bytesUp: lineBytes('Cookie', [cookie]),
      bytesDown: lineBytes('Set-Cookie', setCookie),
      bytesStored: this.#sessions.storedBytes,
      status,
      error,
    }
  }
}
