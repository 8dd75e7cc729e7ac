import { execFile } from 'node:child_process'
import { chownSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServerKind, ServerProgram } from '../backend.js'
import { remove } from './leftovers.js'
import { LocalServer } from './local-server.js'
import { freePort } from './port.js'
import type { User } from './user.js'

/** What tells one kind of server from another. */
export interface Recipe {
  readonly kind: ServerKind
  readonly variable: string
  readonly install: string
  find(): string | undefined
  /** Who runs it; ourselves if it says undefined. */
  user?(): User | undefined
  /** Commands that make a folder of data, before the first start. */
  prepare?(place: Place): readonly (readonly [string, ...string[]])[]
  arguments(place: Place): readonly string[]
  url(port: number): string
  /** Rejects until the server answers in its own protocol. */
  ping(port: number): Promise<unknown>
  readonly stopSignal?: NodeJS.Signals
}

/** Where a server is, and where its data are. */
export interface Place {
  readonly program: string
  readonly folder: string
  readonly port: number
}

export function serverProgram(recipe: Recipe): ServerProgram {
  const { kind, variable, install } = recipe
  return { kind, variable, install, find: () => recipe.find(), start: () => start(recipe) }
}

async function start(recipe: Recipe): Promise<LocalServer> {
  const program = recipe.find()
  if (program === undefined) throw new Error(`${recipe.kind} is not installed: ${recipe.install}`)
  const user = recipe.user?.()
  const folder = mkdtempSync(join(tmpdir(), `tradeoffs-${recipe.kind}-`))
  if (user) chownSync(folder, user.uid, user.gid)
  const place = { program, folder, port: await freePort() }
  const server = new LocalServer({
    url: recipe.url(place.port),
    folder,
    command: [program, ...recipe.arguments(place)],
    user,
    stopSignal: recipe.stopSignal ?? 'SIGTERM',
    ping: () => recipe.ping(place.port),
  })
  try {
    for (const [command, ...args] of recipe.prepare?.(place) ?? []) {
      await promisify(execFile)(command, args, { ...user, cwd: folder })
    }
    await server.startAgain()
    return server
  } catch (error) {
    await server.end()
    remove(folder)
    throw error
  }
}
