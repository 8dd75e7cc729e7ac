import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** A process of this benchmark, in plain Node, that answers every message with one. It ends when its parent does. */
export class Child {
  readonly #process: ChildProcess
  readonly #endedTooEarly: Promise<never>

  constructor(script: URL, args: readonly string[] = []) {
    const env = { ...process.env, NODE_ENV: 'production' }
    this.#process = fork(fileURLToPath(script), args, {
      env,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    const complaints = text(this.#process.stderr as Readable)
    this.#endedTooEarly = once(this.#process, 'exit').then(async ([code]) => {
      throw new Error(`${this.#process.spawnargs.slice(1).join(' ')} ended with ${code}: ${await complaints}`)
    })
    // Whoever waits for an answer hears of it.
    this.#endedTooEarly.catch(() => {})
  }

  /** What it sends next. Rejects if it ends instead. */
  async hear<Answer>(): Promise<Answer> {
    const listening = new AbortController()
    try {
      const message = once(this.#process, 'message', { signal: listening.signal })
      const [answer] = await Promise.race([this.#endedTooEarly, message])
      return answer
    } finally {
      listening.abort()
    }
  }

  ask<Answer>(question: object): Promise<Answer> {
    // That it cannot be sent to one that has ended, hear() says better.
    this.#process.send(question, () => {})
    return this.hear()
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** @returns its exit code; null if a signal has ended it */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (!this.hasEnded) {
      const exit = once(this.#process, 'exit')
      this.#process.kill(signal)
      await exit
    }
    return this.#process.exitCode
  }
}
