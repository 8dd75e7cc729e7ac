import { Answers } from './answer.js'
import { OtherSide } from './other/side.js'
import { PendingSteps } from './pending.js'
import { Together } from './race.js'
import { Sessions } from './sessions.js'
import type { State } from './state.js'
import { Steps } from './steps.js'
import { Wire } from './wire.js'

export interface PlaygroundOptions {
  readonly state: State
  /** The cookie by which the server knows this browser, as `name=value`. */
  readonly ticket: string
  /** Whether it is served over HTTPS. */
  readonly isSecure?: boolean | undefined
  /** How long overlapping requests are held at most, in milliseconds. */
  readonly patience?: number | undefined
}

/** What the routes have in common. Each browser has one of its own, and sees nothing of the others. */
export interface Playground {
  readonly state: State
  readonly ticket: string
  readonly wire: Wire
  readonly sessions: Sessions
  readonly other: OtherSide
  readonly steps: Steps
  readonly pending: PendingSteps
  readonly answers: Answers
  readonly together: Together
  readonly patience: number | undefined
  /** When this process began to serve. */
  readonly since: number
  close(): void
}

const SINCE = Date.now()

export function newPlayground({ state, ticket, isSecure = false, patience }: PlaygroundOptions): Playground {
  const wire = new Wire(state)
  const sessions = new Sessions(state, wire, isSecure)
  const other = new OtherSide(state, patience)
  const steps = new Steps(state, sessions, other, wire)
  const pending = new PendingSteps(state, sessions, other, steps, wire)
  const answers = new Answers(wire, steps)
  return {
    state,
    ticket,
    wire,
    sessions,
    other,
    steps,
    pending,
    answers,
    together: new Together(patience),
    patience,
    since: SINCE,
    close() {
      other.close()
      wire.close()
    },
  }
}
