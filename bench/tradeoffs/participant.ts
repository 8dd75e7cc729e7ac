import type { Backend, RunningServer } from './backend.js'

/** A backend that can be measured here. */
export interface Participant {
  readonly backend: Backend
  /** Of the server that it needs. */
  readonly url?: string
  /** If we have started it ourselves. */
  readonly server?: RunningServer
}
