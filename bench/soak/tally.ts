/** What was done in a soak, and what went wrong. */
export class Tally {
  readonly done: Record<string, number> = {}
  /** What was not as it must be, in words, without anything of a session: those that came first. */
  readonly wrongs: string[] = []
  wrong = 0

  count(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1
  }

  complain(what: string): void {
    this.wrong++
    if (this.wrongs.length < 20) this.wrongs.push(what)
  }
}
