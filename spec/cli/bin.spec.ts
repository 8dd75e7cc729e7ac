import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { REPOSITORY } from '../support/script.js'

// Every command here is a process, and most lines are several.
vi.setConfig({ testTimeout: 30_000 })

const BIN = join(REPOSITORY, 'dist/cli.cjs')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-session-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Types a line into a shell, in which `sealed-session` is the command. */
function shell(line: string) {
  const { SESSION_KEYS: _, ...env } = process.env
  const define = `sealed-session() { "${process.execPath}" "${BIN}" "$@"; }\n`
  const { status, stdout, stderr } = spawnSync('bash', ['-c', define + line], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { status, stdout, stderr }
}

describe('in a shell', () => {
  it('a command whose output cannot be written says so, and that is not the answer "no"', () => {
    const { status, stderr } = shell('sealed-session keygen > /dev/full')
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'sealed-session: the output could not be written (ENOSPC): have it go elsewhere\n',
    })
  })

  it('a placeholder in a .env file is no circle of two commands', () => {
    const { status, stderr } = shell(
      'echo SESSION_KEYS=changeme > placeholder.env; sealed-session rotate --write placeholder.env',
    )
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^sealed-session rotate: .*: take it out of the file, and use sealed-session keygen --write\n$/,
    )
  })

  it('sealed-session says the version of its package', () => {
    expect(shell('sealed-session --version')).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  it('keys go from a .env file through a rotation and back, by pipes and redirections', () => {
    const first = shell('sealed-session keygen > .env && sealed-session keys --keys-file .env')
    expect(first.stdout).toMatch(/^kid +state .*\n[\w-]{8} +active .*\n$/)
    const second = shell('sealed-session rotate --write .env && set -a && . ./.env && sealed-session keys')
    expect(second.stdout).toMatch(/^kid +state .*\n[\w-]{8} +pending .*\n[\w-]{8} +active .*\n$/)
    expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(/^SESSION_KEYS='\{"keys":.*\}'\n$/)
    const third = shell('sealed-session keygen --json | sealed-session rotate --json 2>/dev/null | sealed-session keys')
    expect(third.stdout.split('\n')).toHaveLength(4)
  })

  it('a line is appended as one of its own, and what was there stays', () => {
    shell("printf 'FOO=bar' > append.env; sealed-session keygen >> append.env")
    expect(readFileSync(join(folder, 'append.env'), 'utf8')).toMatch(/^FOO=bar\nSESSION_KEYS=[\w-]{43}\n$/)
    const { stdout, stderr } = shell('sealed-session keygen >> append.env; . ./append.env; echo "$FOO"')
    expect(stdout).toBe('bar\n')
    expect(stderr).toMatch(/SESSION_KEYS was set in that file already/)
  })

  it('new files of keys are private, whatever the umask', () => {
    const lines = ['keygen > a', 'keygen --json > b', 'keygen --write c', 'keygen --write d --json && rotate --write d']
    const line = lines.map((one) => `sealed-session ${one.replace('&& ', '&& sealed-session ')}`).join('; ')
    shell(`umask 000; mkdir modes; cd modes; ${line} 2>/dev/null`)
    const modes = ['a', 'b', 'c', 'd'].map((name) => statSync(join(folder, 'modes', name)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600])
  })

  it('the exit code is the answer, and remarks do not go down the pipe', () => {
    expect(shell("SESSION_KEYS='[]' sealed-session keys | wc -c; echo $PIPESTATUS").stdout).toMatch(/^\s*0\n2\n$/)
    expect(shell('echo session=a.b.c.d.e | sealed-session inspect > /dev/null').status).toBe(1)
  })

  it('a pipe whose reader closes it early is not an error', () => {
    const { stdout, stderr } = shell('sealed-session --help | true; echo $PIPESTATUS')
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })

  it('a command that needs no input does not wait for any', async () => {
    const child = spawn(process.execPath, [BIN, 'keygen'], { stdio: ['pipe', 'ignore', 'ignore'] })
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
