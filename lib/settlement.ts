import type { Outcome } from './commit.js'
import type { Assessment } from './session/port.js'

/**
 * What the commits of one response came to. The headers may try to leave more than once; the same session then has
 * the same outcome, so that a token is sealed once and a failure is reported once.
 */
export class Settlement {
  #settled: { readonly mark: string; readonly outcome: Outcome } | undefined
  #failed: { readonly mark: string; readonly error: unknown } | undefined

  /** The last outcome that was no failure. */
  get outcome(): Outcome | undefined {
    return this.#settled?.outcome
  }

  /** The outcome for this state of the session; `settle` is called for a state that is new. */
  of(assessment: Assessment, settle: () => Outcome): Outcome {
    const mark = markOf(assessment)
    if (this.#failed?.mark === mark) throw this.#failed.error
    if (this.#settled?.mark === mark) return this.#settled.outcome
    try {
      const outcome = settle()
      this.#settled = { mark, outcome }
      return outcome
    } catch (error) {
      this.#failed = { mark, error }
      throw error
    }
  }

  /** Whether the session is still as it was settled. */
  isStill(assessment: Assessment): boolean {
    return this.#settled?.mark === markOf(assessment)
  }
}

/** What tells one state of a session from another. */
function markOf({ sealable }: Assessment): string {
  if (sealable === undefined) return ''
  const { sid, ttl, touched } = sealable.record
  return `${sid} ${ttl} ${touched} ${sealable.json}`
}
