import { readdirSync, readFileSync } from 'node:fs'

/** Replaces a module, which nobody may have loaded before, counts timers or listeners, or changes lib for the process. */
const NOT_SHARED = /\bvi\.(?:mock|doMock|resetModules|getTimerCount)\(|\bacceptPublishedKeys\(|\b(?:un)?subscribe\(/

const SPEC = new URL('..', import.meta.url)

/** The specs that need a worker of their own, and modules that no other file has loaded. */
export const ALONE: readonly string[] = readdirSync(SPEC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.spec.ts') && !path.includes('node_modules'))
  .filter((path) => NOT_SHARED.test(readFileSync(new URL(path, SPEC), 'utf8')))
  .map((path) => `spec/${path}`)
