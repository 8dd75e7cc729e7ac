import { EventEmitter, once } from 'node:events'
import { Refusal } from './http.js'

/** How long a request is held at most, in milliseconds. */
export const PATIENCE = 3000

/** What overlapping requests wait for, though not for ever: each other, or a log-out. Each side has its own. */
export function newTogether(patience: number = PATIENCE) {
  const gates = new EventEmitter()
  const wait = async (gate: string) => {
    await once(gates, gate, { signal: AbortSignal.timeout(patience) }).catch(() => {})
  }
  return {
    /** Goes on when the second has come. */
    meet(): Promise<void> {
      const met = wait('race')
      if (gates.listenerCount('race') === 2) gates.emit('race')
      return met
    },
    untilLogOut: () => wait('log-out'),
    loggedOut: () => void gates.emit('log-out'),
  }
}

/** Under what a request of a race writes. @throws {Refusal} for what is no plain word */
export function raceField(name: unknown): string {
  if (typeof name === 'string' && /^[a-z]{1,12}$/.test(name)) return `race-${name}`
  throw new Refusal('A race is for a field with a plain name, such as a.')
}
