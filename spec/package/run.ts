import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** What a finished command said. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in a folder, without what npm and vitest left in the environment for their own children. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<Ran> {
  const child = spawn(command, args, { cwd, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] })
  const code = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

/** The same, for a command that the test cannot go on without. Returns its standard output. */
export async function mustRun(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(cwd, command, ...args)
  if (code === 0) return stdout
  throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`)
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env)
  return Object.fromEntries(
    inherited.filter(([name]) => !/^(?:npm_|vitest|node_env$|node_options$|session_)/i.test(name)),
  )
}
