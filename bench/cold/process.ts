import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Name, USER } from '../contenders/servers.js'
import { visit } from '../measure/process.js'

const script = (name: string) => new URL(`${name}.js`, import.meta.url)
/** What "import nothing" imports. */
export const NOTHING: string = new URL('nothing.cjs', import.meta.url).href
/** Bytes of JSON of whom a new process signs in. */
const SIZE = 1024

/** A new process with nothing but Node and a script, and the time since it was spawned. */
class ColdProcess {
  readonly #begin: number = performance.now()
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #complaints: Promise<string>
  readonly #files: Promise<string>
  /** Milliseconds until it ended. Rejects if it failed. */
  readonly ended: Promise<number>

  /** @param listing whether it shall tell which files it has loaded, which makes it slow */
  constructor(program: 'app' | 'import', args: readonly string[], listing: boolean) {
    const preload = listing ? ['--import', script('loaded-files').href] : []
    this.#process = spawn(process.execPath, [...preload, fileURLToPath(script(program)), ...args], {
      // Of our own environment nothing, as NODE_OPTIONS and others change how Node starts.
      env: { NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe', listing ? 'pipe' : 'ignore'],
    })
    const [, stdout, stderr, files] = this.#process.stdio as Readable[]
    this.#lines = createInterface({ input: stdout as Readable })[Symbol.asyncIterator]()
    this.#complaints = text(stderr as Readable)
    this.#files = files ? text(files) : Promise.resolve('[]')
    this.ended = once(this.#process, 'exit').then(async ([code]) => {
      const elapsed = this.elapsed
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${await this.#complaints}`)
      return elapsed
    })
    // Whoever waits for it hears of it.
    this.ended.catch(() => {})
  }

  /** Milliseconds since it was spawned. */
  get elapsed(): number {
    return performance.now() - this.#begin
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (!done) return value
    await this.ended
    throw new Error('it ended without a word')
  }

  /** The URLs of all files that it has loaded as a module, when it has ended. */
  async files(): Promise<string[]> {
    await this.ended
    return JSON.parse(await this.#files)
  }
}

/** Milliseconds that importing a module takes in a new process, and that the whole process takes. */
export async function timeImport(module: string, before: readonly string[]): Promise<{ ms: number; process: number }> {
  const child = new ColdProcess('import', [module, ...before], false)
  const ms = Number(await child.line())
  return { ms, process: await child.ended }
}

/** The URLs of the files that importing a module loads. */
export async function filesOf(module: string): Promise<string[]> {
  const loadedWith = (one: string) => new ColdProcess('import', [one], true).files()
  const [files, always] = await Promise.all([loadedWith(module), loadedWith(NOTHING)])
  return files.filter((file) => !always.includes(file))
}

/** What a new process is asked first: to sign somebody in, or to read the session of somebody who is. */
export type First = 'sign-in' | 'read'

/** Milliseconds from the start of a process to its first response, complete; and the cookie that it sets. */
export async function firstResponse(name: Name, first: First, cookie = ''): Promise<{ ms: number; cookie: string }> {
  const app = new ColdProcess('app', [name], false)
  const answer = await visit(`http://127.0.0.1:${await app.line()}/${first}?size=${SIZE}`, cookie)
  const ms = app.elapsed
  assert.equal(answer.body, USER)
  await app.ended
  return { ms, cookie: answer.cookie }
}
