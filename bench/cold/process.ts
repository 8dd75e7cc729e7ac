import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const LISTING = new URL('loaded-files.js', import.meta.url)

/** A new process with nothing but Node and a script, and the time since it was spawned. */
export class ColdProcess {
  readonly #begin: number = performance.now()
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #complaints: Promise<string>
  readonly #files: Promise<string>
  readonly #ended: Promise<number>

  /** @param listing whether it shall tell which files it has loaded, which makes it slow */
  constructor(script: URL, args: readonly string[], listing = false) {
    const preload = listing ? ['--import', LISTING.href] : []
    this.#process = spawn(process.execPath, [...preload, fileURLToPath(script), ...args], {
      // Of our own environment nothing, as NODE_OPTIONS and others change how Node starts.
      env: { NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe', listing ? 'pipe' : 'ignore'],
    })
    const [, stdout, stderr, files] = this.#process.stdio as Readable[]
    this.#lines = createInterface({ input: stdout as Readable })[Symbol.asyncIterator]()
    this.#complaints = text(stderr as Readable)
    this.#files = files ? text(files) : Promise.resolve('[]')
    this.#ended = once(this.#process, 'exit').then(async ([code]) => {
      const elapsed = this.elapsed
      if (code !== 0) throw new Error(`${[...args].join(' ')} ended with ${code}: ${await this.#complaints}`)
      return elapsed
    })
    // Whoever waits for it hears of it.
    this.#ended.catch(() => {})
  }

  /** Milliseconds since it was spawned. */
  get elapsed(): number {
    return performance.now() - this.#begin
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (!done) return value
    await this.#ended
    throw new Error('it ended without a word')
  }

  /** Milliseconds until it ended. Rejects if it failed. */
  ended(): Promise<number> {
    return this.#ended
  }

  /** The URLs of all files that it has loaded as a module, when it has ended. */
  async files(): Promise<string[]> {
    await this.#ended
    return JSON.parse(await this.#files)
  }
}
