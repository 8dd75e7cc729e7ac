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
  /** Whether it is served over HTTPS. */
  readonly isSecure?: boolean
  /** By which names it may be called beside localhost. */
  readonly names?: readonly string[]
  /** Ends this process and starts another one with the state. */
  readonly restart?: () => void
  /** How long overlapping requests are held at most, in milliseconds. */
  readonly patience?: number
}

/** What the routes have in common. It is for one person on their own machine: there is one of each. */
export interface Playground {
  readonly state: State
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
}

export function newPlayground({ state, isSecure = false, patience }: PlaygroundOptions): Playground {
  const wire = new Wire(state)
  const sessions = new Sessions(state, wire, isSecure)
  const other = new OtherSide(state, patience)
  const steps = new Steps(state, sessions, other, wire)
  const pending = new PendingSteps(state, sessions, other, steps, wire)
  const answers = new Answers(wire, steps)
  return {
    state,
    wire,
    sessions,
    other,
    steps,
    pending,
    answers,
    together: new Together(patience),
    patience,
    since: Date.now(),
  }
}
