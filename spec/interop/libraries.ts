import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { ExportedJwk } from '../../lib/index.js'
import type { Sealing } from '../../lib/token/key.js'

/** A JOSE library of another language, as a program that reads a question and writes an answer. */
export interface Library {
  readonly name: string
  /** Those of Debian that it takes. */
  readonly packages: readonly string[]
  isInstalled(): boolean
  /** Makes the program ready, in a folder for whatever that leaves behind. Returns the command that runs it. */
  prepare(folder: string): readonly [command: string, ...args: string[]]
}

/** What a library is asked to do with the keys that were exported, and with nothing else. */
export interface Question {
  readonly keySet: { readonly keys: readonly ExportedJwk[] }
  readonly open?: readonly string[]
  readonly mint?: readonly Order[]
}

export interface Order extends Sealing {
  readonly kid: string
  readonly zip?: 'DEF'
  readonly plaintext: string
}

export interface Answer {
  readonly opened: readonly ({ readonly plaintext: string } | { readonly error: string })[]
  readonly minted: readonly string[]
}

// Debian's own Python, which is the one that has Debian's packages.
const PYTHON = '/usr/bin/python3'
const GOPATH = '/usr/share/gocode'

const jwcrypto: Library = {
  name: 'jwcrypto (Python)',
  packages: ['python3-jwcrypto'],
  isInstalled: () => runs(PYTHON, '-c', 'import jwcrypto'),
  prepare: () => [PYTHON, fileURLToPath(new URL('jwcrypto/main.py', import.meta.url))],
}

const goJose: Library = {
  name: 'go-jose (Go)',
  packages: ['golang-go', 'golang-gopkg-square-go-jose.v2-dev'],
  isInstalled: () => runs('go', 'version') && existsSync(join(GOPATH, 'src/gopkg.in/square/go-jose.v2')),
  prepare(folder) {
    const program = join(folder, 'gojose')
    // Out of what Debian installed, and nothing from the network.
    const offline = { GO111MODULE: 'off', GOPATH, GOFLAGS: '', GOPROXY: 'off', CGO_ENABLED: '0' }
    execFileSync('go', ['build', '-o', program, 'main.go'], {
      cwd: new URL('gojose', import.meta.url),
      env: { ...process.env, ...offline, GOCACHE: join(folder, 'cache') },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return [program]
  },
}

export const LIBRARIES: readonly Library[] = [jwcrypto, goJose]

/** Runs a library's program for one question. */
export async function ask([command, ...args]: readonly [string, ...string[]], question: Question): Promise<Answer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const errors = text(child.stderr)
  const answer = json(child.stdout) as Promise<Answer>
  answer.catch(() => {})
  child.stdin.end(JSON.stringify({ open: [], mint: [], ...question }))
  if ((await ended) !== 0) throw new Error(`${command} failed:\n${await errors}`)
  return answer
}

function runs(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
