/** What is known of a session when the headers are about to leave. */
export interface CommitFacts {
  /** The cookie that the request brought: none, none that could be accepted, or a valid one. */
  readonly incoming: 'none' | 'rejected' | 'valid'
  /** The app ended the session that it had: assigned null, destroyed or regenerated it. */
  readonly ended: boolean
  /** There are no data. */
  readonly empty: boolean
  /** The data, or the session's own timeout or identity, are not what the cookie brought. */
  readonly changed: boolean
  /** It slides: more than half of the idle time has passed, or the app touched it. */
  readonly due: boolean
  /** It was opened with a key that no longer seals, or does not yet. */
  readonly inactiveKey: boolean
}

export type Decision = 'keep' | 'write' | 'clear'

/**
 * What to do with the cookie.
 *
 * | incoming | session | result |
 * |---|---|---|
 * | any | has data, and is new, changed, due to slide or under an inactive key | write |
 * | valid | has data and is unchanged | keep |
 * | any | the app ended it, and there are no data | clear |
 * | valid | emptied | clear |
 * | valid | was empty already | keep |
 * | none or rejected | empty | keep |
 *
 * An ended session is cleared even where no cookie came in: the browser may hold one that it did not send with
 * this request (`SameSite=Strict`). A rejected cookie is left alone, as a neighbour may be able to read it.
 */
export function decide(facts: CommitFacts): Decision {
  if (facts.empty) {
    return facts.ended || (facts.incoming === 'valid' && facts.changed) ? 'clear' : 'keep'
  }
  return facts.incoming !== 'valid' || facts.changed || facts.due || facts.inactiveKey ? 'write' : 'keep'
}
