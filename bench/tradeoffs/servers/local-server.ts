import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from '../backend.js'
import { statOf } from '../measure/process-tree.js'
import { endWithThisProcess, forget, killTree, remove } from './leftovers.js'
import type { User } from './user.js'

export interface Setup {
  readonly url: string
  /** Its own, with its data and its log. */
  readonly folder: string
  readonly command: readonly [string, ...string[]]
  readonly user: User | undefined
  /** That stops it without waiting for its clients. */
  readonly stopSignal: NodeJS.Signals
  /** Rejects until the server answers in its own protocol. */
  readonly ping: () => Promise<unknown>
}

const LONGEST_START = 60_000
const LONGEST_STOP = 30_000
const LAST_LINES = 12

/** A server on loopback that was started by this process. */
export class LocalServer implements RunningServer {
  readonly #setup: Setup
  #process: ChildProcess | undefined

  constructor(setup: Setup) {
    this.#setup = setup
    endWithThisProcess(this)
  }

  get url(): string {
    return this.#setup.url
  }

  get folder(): string {
    return this.#setup.folder
  }

  get pid(): number {
    return this.#process?.pid ?? Number.NaN
  }

  get runningPid(): number | undefined {
    const hasEnded = this.#process?.exitCode !== null || this.#process.signalCode !== null
    return hasEnded ? undefined : this.#process?.pid
  }

  async startAgain(): Promise<void> {
    if (this.runningPid !== undefined) throw new Error(`${this.url} is running`)
    const { command, folder, user } = this.#setup
    const [program, ...args] = command
    const log = openSync(join(folder, 'log'), 'a')
    // In a group of its own, as Ctrl-C is for us: we end it when nobody needs it any more.
    const stdio = ['ignore', log, log] as const
    this.#process = spawn(program, args, { ...user, cwd: folder, detached: true, stdio: [...stdio] })
    closeSync(log)
    await once(this.#process, 'spawn')
    await this.#answer()
  }

  async kill(): Promise<void> {
    const pid = this.runningPid
    if (pid === undefined) return
    const exit = once(this.#process as ChildProcess, 'exit')
    const pids = killTree(pid)
    await exit
    // Those of PostgreSQL are not our children, and it does not start again while one of them is there.
    while (pids.some((one) => statOf(one)?.isZombie === false)) await sleep(5)
  }

  async stop(): Promise<void> {
    if (this.runningPid === undefined) return
    const exit = once(this.#process as ChildProcess, 'exit')
    this.#process?.kill(this.#setup.stopSignal)
    const late = new AbortController()
    const tooLate = sleep(LONGEST_STOP, 'too late', { signal: late.signal }).catch(() => {})
    if ((await Promise.race([exit, tooLate])) === 'too late') await this.kill()
    late.abort()
  }

  async end(): Promise<void> {
    await this.kill()
    remove(this.folder)
    forget(this)
  }

  async #answer(): Promise<void> {
    const deadline = performance.now() + LONGEST_START
    for (;;) {
      if (this.runningPid === undefined) throw new Error(`${this.#setup.command[0]} ended:\n${this.#lastLines()}`)
      try {
        return void (await this.#setup.ping())
      } catch (cause) {
        if (performance.now() > deadline) {
          throw new Error(`${this.#setup.command[0]} does not answer:\n${this.#lastLines()}`, { cause })
        }
      }
      await sleep(20)
    }
  }

  #lastLines(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').trim().split('\n').slice(-LAST_LINES).join('\n')
  }
}
