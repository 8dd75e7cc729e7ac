#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { EXIT } from './command.js'
import { outputFile, readRegularFile, replaceFile } from './files.js'
import { run } from './main.js'

// The reader of a pipe may close it early, as `head` does.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(EXIT.fine)
  process.stderr.write(`sealed-session: the output could not be written (${code}): have it go elsewhere\n`)
  process.exit(EXIT.wrongUse)
})

void main()

// A function, because CommonJS, the built format, has no top-level `await`.
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

/** The version in package.json, which is one folder nearer to the built file than to this one. */
async function version(): Promise<string> {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
  return JSON.parse(await read('../package.json').catch(() => read('../../package.json'))).version
}
