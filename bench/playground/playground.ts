import { newGates } from './deeds.js'
import { type Asked, ask } from './http.js'
import { newOtherSide } from './other.js'
import { newRecord } from './record.js'
import { newSessions } from './sessions.js'
import type { State } from './state.js'

export interface PlaygroundOptions {
  readonly isSecure: boolean
  /** How long overlapping requests are held at most, in milliseconds. */
  readonly patience: number
  /** The cookie by which the server knows this browser, as `name=value`. */
  readonly ticket: string
  /** Where this server is found, as a request came to it. */
  address(): Pick<Asked, 'host' | 'port' | 'headers'>
}

/** What the routes have in common. Each browser has one of its own, and sees nothing of the others. */
export type Playground = ReturnType<typeof newPlayground>

export function newPlayground(state: State, { isSecure, patience, ticket, address }: PlaygroundOptions) {
  /** Asks this server, which knows by the ticket for whom. */
  const askOwn: AskOwn = (path, cookie = '', { headers, ...how } = {}) => {
    const { headers: own, ...where } = address()
    return ask({ ...where, ...how, path, headers: { ...own, ...headers, cookie: `${ticket}; ${cookie}` } }, isSecure)
  }
  const sessions = newSessions(state, isSecure)
  const other = newOtherSide(state, askOwn, patience)
  const record = newRecord(state, sessions, other)
  return { state, askOwn, sessions, other, record, gates: newGates(patience), patience }
}

export type AskOwn = (path: string, cookie: string | undefined, how?: Asked) => ReturnType<typeof ask>
