#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { outputFile, readRegularFile, replaceFile } from './files.js'
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
    readRegularFile,
    replaceFile,
    output: await outputFile(),
    version,
  })
}

/** Of the package that this file is in: built, it is one folder nearer to the manifest. */
async function version(): Promise<string> {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
  return JSON.parse(await read('../package.json').catch(() => read('../../package.json'))).version
}
