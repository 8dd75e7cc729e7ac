import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PRELOAD = new URL('listen-anywhere.mjs', import.meta.url).href

/** A script of a user's, running in a process of its own. */
export interface RunningScript {
  /** Where its server listens. */
  readonly origin: string
  stop(): Promise<void>
}

/** Runs a script that calls `listen`, on a free port of loopback instead, until `stop`. */
export async function runServer(file: string, env: Record<string, string> = {}): Promise<RunningScript> {
  const child = spawn(process.execPath, ['--import', PRELOAD, file], {
    env: { ...process.env, NODE_ENV: 'development', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exited = once(child, 'exit')
  const announced = new Promise<string>((resolve) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const [, port] = /listening on (\d+)/.exec(output) ?? []
      if (port) resolve(`http://127.0.0.1:${port}`)
    })
  })
  const origin = await Promise.race([
    announced,
    exited.then(() => Promise.reject(new Error(`${file} ended before it listened:\n${errors}`))),
  ])
  return {
    origin,
    async stop() {
      child.kill()
      await exited
    },
  }
}

/** The repository's own folder. */
export const REPOSITORY: string = fileURLToPath(new URL('../..', import.meta.url))
