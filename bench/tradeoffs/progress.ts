/** Tells on the terminal what is done, how long it has taken, and how long the rest may take. */
export class Progress {
  readonly #begin: number = performance.now()
  #expected: number
  #done = 0

  /** @param expected seconds, as they were on another machine */
  constructor(expected: number) {
    this.#expected = expected
  }

  /** Before something that may take so many seconds. */
  async during<Result>(what: string, seconds: number, work: () => Promise<Result>): Promise<Result> {
    this.say(what)
    const result = await work()
    this.#done += seconds
    return result
  }

  /** After something that may have taken so many seconds. */
  after(what: string, seconds: number): void {
    this.#done += seconds
    this.say(what)
  }

  say(what: string): void {
    console.error(`[${clock(this.#elapsed)}, ${this.#left()}] ${what}`)
  }

  get #elapsed(): number {
    return (performance.now() - this.#begin) / 1000
  }

  #left(): string {
    // This machine is as much slower as it has been so far, once there is something to go by.
    const slowness = this.#done < 5 ? 1 : this.#elapsed / this.#done
    const left = Math.max(0, this.#expected - this.#done) * slowness
    return left < 60 ? 'under a minute left' : `about ${Math.round(left / 60)} min left`
  }
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
}
