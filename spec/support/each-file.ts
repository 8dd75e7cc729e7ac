import { vi } from 'vitest'

/** What a worker had before its first file. Files share it, and the modules that they load. */
interface Untouched {
  readonly env: NodeJS.ProcessEnv
  readonly now: typeof Date.now
  readonly warningListeners: readonly ((warning: Error) => void)[]
}

/**
 * Runs before each file: what another one has left behind in the process is taken away.
 *
 * With HURRY=1, the clock leaps at every look: it finds the specs that fail now and then, when a second ends between two
 * lines. Those that stop the clock do not notice.
 */
const worker = globalThis as { untouched?: Untouched }
vi.useRealTimers()
worker.untouched ??= { env: { ...process.env }, now: Date.now, warningListeners: process.listeners('warning') }
const { env, now, warningListeners } = worker.untouched

for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
Object.assign(process.env, env)

for (const listener of process.listeners('warning')) {
  if (!warningListeners.includes(listener)) process.removeListener('warning', listener)
}

let leaps = 0
Date.now = process.env['HURRY'] ? () => now() + 350 * leaps++ : now
