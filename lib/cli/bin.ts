#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { outputFile, replaceFile } from './files.js'
import { run } from './main.js'

// The reader of a pipe may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

void main()

// Without `await` at the top of the file, which what it is built to does not have.
async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: Date.now,
    readFile,
    replaceFile,
    output: await outputFile(),
    version,
  })
}

/** Of the package that this file is in, wherever it was built to. */
async function version(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('sealed-session/package.json')
  return JSON.parse(await readFile(manifest, 'utf8')).version
}
