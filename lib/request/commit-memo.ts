import type { SessionRecord } from '../session/record.js'
import type { Outcome } from './commit.js'
import type { Assessment } from './port.js'

/**
 * What the commits of one response came to. The headers may try to leave more than once; the same session then has
 * the same outcome, so that a token is sealed once and a failure is reported once.
 */
export class Settlement {
  #settled: { readonly state: State; readonly outcome: Outcome } | undefined
  #failed: { readonly state: State; readonly error: unknown } | undefined

  /** The last outcome that was no failure. */
  get outcome(): Outcome | undefined {
    return this.#settled?.outcome
  }

  /** The outcome for this state of the session; `settle` is called for a state that is new. */
  of(assessment: Assessment, settle: () => Outcome): Outcome {
    const state = stateOf(assessment)
    if (this.#failed && same(this.#failed.state, state)) throw this.#failed.error
    if (this.#settled && same(this.#settled.state, state)) return this.#settled.outcome
    try {
      const outcome = settle()
      this.#settled = { state, outcome }
      return outcome
    } catch (error) {
      this.#failed = { state, error }
      throw error
    }
  }

  /** Whether the session is still as it was settled. */
  isStill(assessment: Assessment): boolean {
    return this.#settled !== undefined && same(this.#settled.state, stateOf(assessment))
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

function stateOf({ facts, sealable }: Assessment): State {
  const changed = facts.changed && sealable ? { ...sealable, ttl: sealable.record.ttl } : undefined
  return { ended: facts.ended, touched: sealable?.record.touched ?? false, changed }
}

function same(a: State, b: State): boolean {
  return (
    a.ended === b.ended &&
    a.touched === b.touched &&
    a.changed?.ttl === b.changed?.ttl &&
    a.changed?.json === b.changed?.json &&
    // Asking a new session for its id draws one.
    (a.changed?.record === b.changed?.record || a.changed?.record.sid === b.changed?.record.sid)
  )
}
