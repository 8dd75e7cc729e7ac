import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PRINT = 'process.stdout.write(process.env.SESSION_KEYS ?? "")'

/** What different readers of a `.env` file take its `SESSION_KEYS` to be. */
export const READERS: Readonly<Record<string, (content: string) => string>> = {
  'a shell': (content) =>
    inFile(content, (file) => output('sh', ['-c', `set -a; . "$1"; "$2" -e '${PRINT}'`, 'sh', file, process.execPath])),
  'node --env-file': (content) =>
    inFile(content, (file) => output(process.execPath, [`--env-file=${file}`, '-e', PRINT])),
  // Docker's documentation: quotation marks are part of the value.
  'docker --env-file': (content) => /^SESSION_KEYS=(.*)$/m.exec(content)?.[1] ?? '',
}

function inFile<Result>(content: string, use: (file: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'sealed-session-env-'))
  try {
    const file = join(folder, '.env')
    writeFileSync(file, content)
    return use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function output(command: string, args: readonly string[]): string {
  const { SESSION_KEYS: _, ...env } = process.env
  return spawnSync(command, args, { env, encoding: 'utf8' }).stdout
}
