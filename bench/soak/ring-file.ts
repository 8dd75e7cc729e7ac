import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'

/** How many keys still open sessions after another has taken their place. */
const RETIRED = 2

/** The keys of all instances, in a file that is replaced while they run: newest first. */
export class RingFile {
  readonly #file: string
  readonly #lead: number
  #keys: { readonly kty: 'oct'; readonly kid: string; readonly k: string; readonly nbf?: number }[] = []
  #count = 0

  /** @param lead how many seconds a key is known before it seals, so that no instance seals with what others do not know */
  constructor(file: string, lead: number) {
    this.#file = file
    this.#lead = lead
    this.#publish({})
  }

  /** The newest key's. */
  get kid(): string {
    return this.#keys[0]?.kid as string
  }

  /** The keys' that are in the file. */
  get kids(): readonly string[] {
    return this.#keys.map(({ kid }) => kid)
  }

  /** Adds a key that seals from when its lead is over, and takes the oldest away. */
  rotate(): void {
    this.#publish({ nbf: Math.ceil(Date.now() / 1000) + this.#lead })
  }

  // By a rename, so that nobody reads half of it.
  #publish(times: { nbf?: number }): void {
    const key = { kty: 'oct', kid: `key-${++this.#count}`, k: randomBytes(32).toString('base64url') } as const
    this.#keys = [{ ...key, ...times }, ...this.#keys].slice(0, 2 + RETIRED)
    writeFileSync(`${this.#file}.new`, JSON.stringify({ keys: this.#keys }))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
