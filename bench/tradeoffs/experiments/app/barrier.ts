import { setTimeout as sleep } from 'node:timers/promises'

/** Holds requests until all that are waited for have arrived, so that "at once" and "late" do not depend on luck. */
export class Barrier {
  #held: (() => void)[] = []

  hold(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve))
  }

  async arrived(count: number): Promise<void> {
    while (this.#held.length < count) await sleep(2)
  }

  release(): void {
    const held = this.#held
    this.#held = []
    for (const resolve of held) resolve()
  }
}
