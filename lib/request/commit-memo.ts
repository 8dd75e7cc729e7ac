import type { SessionRecord } from '../session/record.js'
import type { Committed } from './commit.js'
import type { CommitInput } from './decide.js'

/**
 * Remembers the commits of one response. If the headers try to leave more than once with the same session, a token is
 * sealed once, and a failure is reported once.
 */
export class CommitMemo {
  #committed: { readonly state: State; readonly committed: Committed } | undefined
  #failed: { readonly state: State; readonly error: unknown } | undefined
  /** What `find` was asked for last. The session may change while it is committed. */
  #asked: State | undefined

  /** The last commit that has not failed. */
  get last(): Committed | undefined {
    return this.#committed?.committed
  }

  /**
   * The commit of this state of the session, or undefined if there was none.
   *
   * @throws what it threw, if it failed
   */
  find(input: CommitInput): Committed | undefined {
    const state = stateOf(input)
    this.#asked = state
    if (this.#failed && isSame(this.#failed.state, state)) throw this.#failed.error
    return this.#committed && isSame(this.#committed.state, state) ? this.#committed.committed : undefined
  }

  /** Remembers the commit of what `find` did not find. */
  keep(committed: Committed): Committed {
    if (this.#asked) this.#committed = { state: this.#asked, committed }
    return committed
  }

  /** Remembers that the commit of what `find` did not find has failed. */
  fail(error: unknown): void {
    if (this.#asked) this.#failed = { state: this.#asked, error }
  }

  /** Whether the session is still as it was when it was last committed. */
  isStill(input: CommitInput): boolean {
    return this.#committed !== undefined && isSame(this.#committed.state, stateOf(input))
  }
}

/** What tells one state of a session from another. A record goes on changing, so it is copied. */
interface State {
  readonly ended: boolean
  readonly touched: boolean
  /** undefined as long as the data are those that came in. */
  readonly changed:
    | { readonly record: SessionRecord; readonly ttl: number | undefined; readonly json: string }
    | undefined
}

function stateOf({ facts, sealable, touched }: CommitInput): State {
  const changed = facts.changed && sealable ? { ...sealable, ttl: sealable.record.ttl } : undefined
  return { ended: facts.ended, touched, changed }
}

function isSame(a: State, b: State): boolean {
  return (
    a.ended === b.ended &&
    a.touched === b.touched &&
    a.changed?.ttl === b.changed?.ttl &&
    a.changed?.json === b.changed?.json &&
    // Compare records first: asking a new session for its id draws one.
    (a.changed?.record === b.changed?.record || a.changed?.record.sid === b.changed?.record.sid)
  )
}
