import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

type Signal = 'SIGTERM' | 'SIGKILL'

/** A process of a benchmark, in plain Node, that answers every message with one. It ends when its parent does. */
export class Child {
  /** `http://127.0.0.1:3000`, of one that serves. */
  origin = ''
  readonly #process: ChildProcess
  readonly #endedTooEarly: Promise<never>

  constructor(script: URL, args: readonly string[] = []) {
    const env = { ...process.env, NODE_ENV: 'production' }
    const stdio = ['ignore' as const, 'inherit' as const, 'pipe' as const, 'ipc' as const]
    this.#process = fork(fileURLToPath(script), args, { env, execArgv: [], stdio })
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

  /**
   * @param patience milliseconds after which it is killed
   * @returns its exit code; null if a signal has ended it
   */
  async stop(signal: Signal = 'SIGTERM', patience = 30_000): Promise<number | null> {
    if (!this.hasEnded) {
      const exit = once(this.#process, 'exit')
      this.#process.kill(signal)
      const late = setTimeout(() => this.#process.kill('SIGKILL'), patience)
      await exit
      clearTimeout(late)
    }
    return this.#process.exitCode
  }
}

/** A child that serves, when it has said where. */
export async function startServer(script: URL, args: readonly string[]): Promise<Child> {
  const child = new Child(script, args)
  child.origin = `http://127.0.0.1:${(await child.hear<{ port: number }>()).port}`
  return child
}

/** In such a child: serves on a free port of loopback, and answers the parent's questions. */
export async function serveForParent<Question>(
  app: RequestListener,
  answer: (question: Question) => unknown = () => ({}),
) {
  const server = createServer(app)
  answerParent(answer)
  process.send?.({ port: await listen(server) })
  return server
}

/** Answers every message of the parent, and ends with it. */
export function answerParent<Question>(answer: (question: Question) => unknown): void {
  process.on('disconnect', () => process.exit())
  process.on('message', async (question) => process.send?.((await answer(question as Question)) as object))
}

/** Listens on loopback, on a free port, which it returns. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** One on loopback that is free. */
export async function freePort(): Promise<number> {
  const server = createNetServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}
