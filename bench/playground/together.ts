import { Refusal } from './http.js'

/** How long a request is held at most, in milliseconds. */
export const PATIENCE = 3000

/** What overlapping requests wait for, though not for ever: each other, or a log-out. Each side has its own. */
export function newTogether(patience: number = PATIENCE) {
  const [race, logOut] = [new Set<() => void>(), new Set<() => void>()]
  const wait = (gate: Set<() => void>) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        gate.delete(go)
        resolve()
      }, patience)
      const go = () => {
        clearTimeout(timer)
        resolve()
      }
      gate.add(go)
    })
  const open = (gate: Set<() => void>) => {
    for (const go of gate) go()
    gate.clear()
  }
  return {
    /** Goes on when the second has come. */
    meet(): Promise<void> {
      const met = wait(race)
      if (race.size === 2) open(race)
      return met
    },
    untilLogOut: () => wait(logOut),
    loggedOut: () => open(logOut),
  }
}

/** Under what a request of a race writes. @throws {Refusal} for what is no plain word */
export function raceField(name: unknown): string {
  if (typeof name === 'string' && /^[a-z]{1,12}$/.test(name)) return `race-${name}`
  throw new Refusal('A race is for a field with a plain name, such as a.')
}
