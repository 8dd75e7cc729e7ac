import type { Request, Response } from 'express'
import { cookiesAfter } from './jar.js'
import type { OtherSide } from './other/side.js'
import type { Seen } from './seen.js'
import { rejectionIn, type Sessions } from './sessions.js'
import type { Pending, State } from './state.js'
import type { Steps } from './steps.js'
import type { Side } from './view.js'
import { setCookieOf, type Wire } from './wire.js'

const TITLES = {
  race: (fields: readonly string[]) =>
    `Let ${fields.length === 1 ? 'one request' : `${fields.length} requests`} write at once`,
  late: () => 'Answered late',
  restart: () => 'Restarted the server',
} as const

/** Steps of several requests, or of several processes: what became of them is seen when the next page is asked for. */
export class PendingSteps {
  readonly #state: State
  readonly #sessions: Sessions
  readonly #other: OtherSide
  readonly #steps: Steps
  readonly #wire: Wire

  constructor(state: State, sessions: Sessions, other: OtherSide, steps: Steps, wire: Wire) {
    this.#state = state
    this.#sessions = sessions
    this.#other = other
    this.#steps = steps
    this.#wire = wire
  }

  /** A request of such a step has come. The first brings what there was before. */
  async join(req: Request, kind: Pending['kind'], field?: string): Promise<void> {
    const ours = this.#sessions.seen(req, req.headers.cookie)
    const theirs = (await this.#other.look()).seen
    const known = this.#state.pending
    const begun = known?.kind === kind ? known : { kind, fields: [], before: { ours, theirs }, open: 0 }
    const fields = field === undefined || begun.fields.includes(field) ? begun.fields : [...begun.fields, field]
    this.#state.pending = { ...begun, fields, open: begun.open + 1 }
  }

  /** The answer to it has left, and this is what it took on both sides. */
  leave(ours: Side | undefined, theirs: Side | undefined): void {
    const { pending } = this.#state
    if (pending === undefined) return
    this.#state.pending = {
      ...pending,
      ours: sum(pending.ours, ours),
      theirs: sum(pending.theirs, theirs),
      open: Math.max(0, pending.open - 1),
    }
  }

  /** The page was asked for, and its head has left: what is found now is what became of it. */
  settle(req: Request, res: Response, theirs: { readonly seen: Seen; readonly side: Side }): void {
    const { pending } = this.#state
    if (pending === undefined || pending.open > 0) return
    this.#state.pending = undefined
    const { kind, fields, before } = pending
    const ours = pending.ours ?? this.#steps.sideOf(req, res, undefined)
    this.#steps.add(
      { title: TITLES[kind](fields), about: { kind, fields } },
      { before: before.ours, after: this.#seenBy(req, res), side: ours },
      { before: before.theirs, after: theirs.seen, side: pending.theirs ?? theirs.side },
    )
  }

  /** A cookie that was rejected may have been removed by the same answer; what for is in the events. */
  #seenBy(req: Request, res: Response): Seen {
    const after = this.#sessions.seen(req, cookiesAfter(req.headers.cookie, setCookieOf(res)))
    const { events } = this.#wire.exchangeOf(req, res)
    const reason = rejectionIn(events)
    return reason === null ? after : { ...after, rejected: reason }
  }
}

function sum(before: Side | undefined, more: Side | undefined): Side | undefined {
  if (before === undefined || more === undefined) return more ?? before
  return {
    ...more,
    bytesUp: before.bytesUp + more.bytesUp,
    bytesDown: before.bytesDown + more.bytesDown,
    error: more.error ?? before.error,
  }
}
