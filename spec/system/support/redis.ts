import { temporaryFolder } from './folder.js'
import { freePort } from './ports.js'
import { type Running, start } from './processes.js'
import { requiredPathOf } from './servers.js'

/** A Redis of its own, which keeps its port when it is started again, and what it was told unless it is to forget it. */
export class RedisServer {
  readonly #port: number
  #folder: string
  #process: Running
  #hangs = false

  private constructor(port: number, folder: string, process: Running) {
    this.#port = port
    this.#folder = folder
    this.#process = process
  }

  static async start(): Promise<RedisServer> {
    const port = await freePort()
    const folder = await temporaryFolder()
    return new RedisServer(port, folder, await startRedis(port, folder))
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** Without a chance to finish anything. */
  async kill(): Promise<void> {
    await this.#process.end('SIGKILL')
  }

  /** Takes connections and commands, and answers none. */
  hang(): void {
    process.kill(this.#process.pid, 'SIGSTOP')
    this.#hangs = true
  }

  wake(): void {
    if (this.#hangs) process.kill(this.#process.pid, 'SIGCONT')
    this.#hangs = false
  }

  /** Starts it again after `kill`. */
  async startAgain(how: { readonly forgetful?: true } = {}): Promise<void> {
    if (how.forgetful) this.#folder = await temporaryFolder()
    this.#process = await startRedis(this.#port, this.#folder)
  }
}

/** No snapshots: every command is in the file before it is answered, so that being killed loses none. */
function startRedis(port: number, folder: string): Promise<Running> {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'always' }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  return start(requiredPathOf('redis-server'), args, [port])
}
