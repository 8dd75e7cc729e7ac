import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'

const keys = examplesOf('spec/guide/keys.md')

/** A file behind an example, as if it went on. */
function continued(file: string, more: string, change = (code: string) => code): string {
  writeFileSync(file, change(readFileSync(file, 'utf8')) + more)
  return file
}

describe('the examples of keys', () => {
  it('a ring takes a key before it seals', () => {
    const file = keys.fileOf('A ring of keys')
    continued(file, 'console.log(JSON.stringify([sessions.seal({}).cookie, jwks.keys.map((key) => key.kid)]))\n')
    const output = keys.run(file, {
      THIS_KEY: Buffer.from(SECRET).toString('base64url'),
      NEXT_KEY: Buffer.from(OTHER_SECRET).toString('base64url'),
    })
    const [cookie, kids] = JSON.parse(output) as [string, string[]]
    expect([...new Set(kids)]).toEqual(['2026-12', '2026-11'])
    const header = Buffer.from(cookie.split('=')[1]?.split('.')[0] ?? '', 'base64url').toString()
    expect(JSON.parse(header).kid).toBe('2026-11')
  })

  it('keys are made, looked at and rotated on the command line', () => {
    const found = keys.under('On the command line', 'sh')
    const here = mkdtempSync(join(keys.folder, 'command-line-'))
    const cli = join(REPOSITORY, 'dist/cli.cjs')
    const run = (command: string) =>
      execFileSync('bash', ['-euo', 'pipefail', '-c', command.replaceAll('npx sealed-session', `node ${cli}`)], {
        encoding: 'utf8',
        cwd: here,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const keysIn = () => run('. ./.env; printf %s "$SESSION_KEYS"')
    const [keygen = '', list = '', inspect = '', exportKeys = '', rotate = ''] = found.flatMap(({ code }) =>
      code.trim().split('\n'),
    )

    run(keygen)
    const before = keysIn()
    expect(run(list)).toMatch(/active/)
    const sealed = session({ keys: before }).seal({ user: 'Ada' } as object)
    writeFileSync(join(here, 'head'), `Set-Cookie: ${sealed.setCookie}`)
    expect(run(inspect.replace('curl -si http://localhost:3000', 'cat head'))).toMatch(/user/)
    run(exportKeys)
    expect(JSON.parse(readFileSync(join(here, 'session-keys.json'), 'utf8')).keys).toHaveLength(3)
    run(rotate)
    expect(run(list)).toMatch(/pending.*active|active.*pending/s)
    expect(JSON.parse(keysIn()).keys).toHaveLength(2)
    // The session of before still opens.
    expect(run(inspect.replace('curl -si http://localhost:3000', 'cat head'))).toMatch(/user/)
    keys.ran(...found)
  })

  it('keys come from a file', () => {
    const secret = join(keys.folder, 'keys.json')
    writeFileSync(secret, JSON.stringify([SECRET]))
    const file = keys.fileOf('Keys from elsewhere')
    continued(file, 'console.log(sessions.seal({}).cookie)', (code) =>
      code.replace('/run/secrets/session-keys.json', secret),
    )
    // It ends on its own, although it would load the keys again in 5 minutes.
    expect(keys.run(file)).toMatch(/^session=/)
  })

  it('keys come from a function', () => {
    const file = continued(keys.fileOf('Keys from elsewhere', 1), 'console.log(sessions.seal({}).cookie)')
    expect(keys.run(file)).toMatch(/^session=/)
  })

  it('a session of staging does not open in production, which has the same secret', () => {
    expect(keys.run(keys.fileOf('One secret in several deployments'))).toBe('tampered\n')
  })

  it('another service opens a session with the exported keys', () => {
    expect(keys.run(keys.fileOf('Open a session in another service'))).toBe('Hello Ada\n')
  })
})

describe('the tables of keys', () => {
  it('name every command and every option of the command line', () => {
    const cli = (...args: string[]) =>
      execFileSync(process.execPath, [join(REPOSITORY, 'dist/cli.cjs'), ...args], { encoding: 'utf8' })
    const commands = [...cli('--help').matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name)
    expect(commands.length).toBeGreaterThan(4)
    for (const command of commands) {
      const [row = ''] = new RegExp(`^\\| \`${command}\` \\|.*`, 'm').exec(keys.page.prose) ?? []
      const options = [...cli(command, '--help').matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option)
      expect(options.length, command).toBeGreaterThan(0)
      for (const option of options) expect(row, command).toContain(`\`${option}\``)
    }
  })
})

everyBlockRan(keys)
