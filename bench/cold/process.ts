import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Name, USER } from '../contenders/servers.js'
import { visit } from '../measure/browser.js'

const script = (name: string) => new URL(`${name}.js`, import.meta.url)
/** What "import nothing" imports. */
export const NOTHING: string = new URL('nothing.cjs', import.meta.url).href
/** Bytes of JSON of whom a new process signs in. */
const SIZE = 1024

/**
 * A new process with nothing but Node and a script, and the time since it was spawned, in milliseconds.
 *
 * @param listing whether it shall tell which files it has loaded, which makes it slow
 */
function cold(program: 'app' | 'import', args: readonly string[], listing = false) {
  const begin = performance.now()
  const elapsed = () => performance.now() - begin
  const preload = listing ? ['--import', script('loaded-files').href] : []
  const child = spawn(process.execPath, [...preload, fileURLToPath(script(program)), ...args], {
    // Of our own environment nothing, as NODE_OPTIONS and others change how Node starts.
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', listing ? 'pipe' : 'ignore'],
  })
  const [, stdout, stderr, listed] = child.stdio as Readable[]
  const lines = createInterface({ input: stdout as Readable })[Symbol.asyncIterator]()
  const complaints = text(stderr as Readable)
  const files = listed ? text(listed) : Promise.resolve('[]')
  const ended = once(child, 'exit').then(async ([code]) => {
    const total = elapsed()
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${await complaints}`)
    return total
  })
  // Whoever waits for it hears of it.
  ended.catch(() => {})
  return {
    elapsed,
    ended,
    /** The next line that it prints. */
    async line(): Promise<string> {
      const { value, done } = await lines.next()
      if (!done) return value
      await ended
      throw new Error('it ended without a word')
    },
    /** The URLs of all files that it has loaded as a module, when it has ended. */
    async files(): Promise<string[]> {
      await ended
      return JSON.parse(await files)
    },
  }
}

/** Milliseconds that importing a module takes in a new process, and that the whole process takes. */
export async function timeImport(module: string, before: readonly string[]): Promise<{ ms: number; process: number }> {
  const child = cold('import', [module, ...before])
  const ms = Number(await child.line())
  return { ms, process: await child.ended }
}

/** The URLs of the files that importing a module loads. */
export async function filesOf(module: string): Promise<string[]> {
  const loadedWith = (one: string) => cold('import', [one], true).files()
  const [files, always] = await Promise.all([loadedWith(module), loadedWith(NOTHING)])
  return files.filter((file) => !always.includes(file))
}

/** What a new process is asked first: to sign somebody in, or to read the session of somebody who is. */
export type First = 'sign-in' | 'read'

/** Milliseconds from the start of a process to its first response, complete; and the cookie that it sets. */
export async function firstResponse(name: Name, first: First, cookie = ''): Promise<{ ms: number; cookie: string }> {
  const app = cold('app', [name])
  const answer = await visit(`http://127.0.0.1:${await app.line()}/${first}?size=${SIZE}`, cookie)
  const ms = app.elapsed()
  assert.equal(answer.body, USER)
  await app.ended
  return { ms, cookie: answer.cookie }
}
