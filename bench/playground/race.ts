import { Refusal } from './refusal.js'

/** How long a request is held at most, in milliseconds. */
export const PATIENCE = 3000

/** Holds each request until it is opened, or until the request has waited long enough. */
export class Gate {
  readonly #waiting = new Set<() => void>()
  readonly #patience: number

  constructor(patience: number = PATIENCE) {
    this.#patience = patience
  }

  get waiting(): number {
    return this.#waiting.size
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer)
        this.#waiting.delete(go)
        resolve()
      }
      const timer = setTimeout(go, this.#patience)
      this.#waiting.add(go)
    })
  }

  open(): void {
    for (const go of [...this.#waiting]) go()
  }
}

/** What overlapping requests wait for: each other, or a log-out. Each side has its own. */
export class Together {
  readonly #race: Gate
  readonly logOut: Gate

  constructor(patience?: number) {
    this.#race = new Gate(patience)
    this.logOut = new Gate(patience)
  }

  /** Goes on when the second has come. */
  meet(): Promise<void> {
    const wait = this.#race.wait()
    if (this.#race.waiting === 2) this.#race.open()
    return wait
  }
}

/** Under what a request of a race writes. @throws {Refusal} for what is no plain word */
export function raceField(name: unknown): string {
  if (typeof name === 'string' && /^[a-z]{1,12}$/.test(name)) return `race-${name}`
  throw new Refusal('A race is for a field with a plain name, such as a.')
}
