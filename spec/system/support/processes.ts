import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { isListening } from './ports.js'
import { until } from './until.js'

/** A server in a process of its own. */
export interface Running {
  readonly pid: number
  /** What it has said on standard error. */
  said(): string
  /** Sends a signal to this process, and waits until it is gone; SIGKILL follows if it does not go. */
  end(signal?: NodeJS.Signals): Promise<void>
}

const running = new Map<ChildProcess, Running>()

/** Starts a server, and waits until it listens on its ports. */
export async function start(
  command: string,
  args: readonly string[],
  ports: readonly number[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Running> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exited = once(child, 'exit').finally(() => running.delete(child))
  exited.catch(() => {})
  await once(child, 'spawn')
  const server: Running = {
    pid: child.pid as number,
    said: () => errors,
    async end(signal = 'SIGTERM') {
      child.kill(signal)
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited.finally(() => clearTimeout(late))
    },
  }
  running.set(child, server)
  const listens = async () => {
    if (!running.has(child)) throw new Error(`${command} ended before it listened:\n${errors}`)
    return (await Promise.all(ports.map(isListening))).every(Boolean)
  }
  await until(() => `${command} listens on ${ports}\n${errors}`, listens)
  return server
}

/** Ends what is still running of all that was started. */
export async function endAll(): Promise<void> {
  await Promise.all([...running.values()].map((server) => server.end()))
}

/** The same, without waiting for it. */
export function terminateAll(): void {
  for (const child of running.keys()) child.kill('SIGTERM')
}
