import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../app/settings.js'

const SCRIPT = fileURLToPath(new URL('../app/instance.js', import.meta.url))
/** Until it listens. */
const START = 20_000
/** Until what is under way has ended, when it is told to. */
const STOP = 3_000

/** An instance of the app, in a process of its own that ends with ours. */
export class AppProcess {
  readonly origin: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.origin = `http://127.0.0.1:${port}`
  }

  static async start(settings: Settings): Promise<AppProcess> {
    const env = { ...process.env, NODE_ENV: 'production' }
    const child = fork(SCRIPT, [JSON.stringify(settings)], {
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaints = ''
    child.stderr?.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-4000)
    })
    const listening = new AbortController()
    try {
      const [{ port }] = await Promise.race([
        once(child, 'message', { signal: listening.signal }),
        once(child, 'exit', { signal: listening.signal }).then(() =>
          Promise.reject(new Error(`it ended: ${complaints}`)),
        ),
        sleep(START, undefined, { signal: listening.signal }).then(() =>
          Promise.reject(new Error('it does not listen')),
        ),
      ])
      return new AppProcess(child, port)
    } catch (cause) {
      child.kill('SIGKILL')
      throw new Error(`the app with ${settings.backend} did not start: ${complaints}`, { cause })
    } finally {
      listening.abort()
    }
  }

  /** False once it has ended, by itself, too. */
  get runs(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  /** As a deployment does. */
  async stop(): Promise<void> {
    const tooLate = setTimeout(() => this.#process.kill('SIGKILL'), STOP)
    await this.#end('SIGTERM')
    clearTimeout(tooLate)
  }

  /** As the kernel does when memory runs out. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.runs) return
    const exit = once(this.#process, 'exit')
    this.#process.kill(signal)
    await exit
  }

  /** Waits until so many requests are held in it. */
  arrived(count: number): Promise<void> {
    return this.#control(`arrived?count=${count}`)
  }

  /** Lets go of the requests that it holds. */
  release(): Promise<void> {
    return this.#control('release')
  }

  async #control(what: string): Promise<void> {
    const { ok } = await fetch(`${this.origin}/control/${what}`, { method: 'POST', signal: AbortSignal.timeout(START) })
    if (!ok) throw new Error(`the app cannot do ${what}`)
  }
}
