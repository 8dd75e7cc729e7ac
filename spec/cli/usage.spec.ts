import { describe, expect, it } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { type } from './terminal.js'

const COMMANDS = ['keygen', 'rotate', 'keys', 'inspect', 'export-keys']

describe('sealed-session', () => {
  it.each(['--help', '-h', 'help'])('lists its commands with %s', async (how) => {
    const { code, stdout, stderr } = await type(how)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} +[A-Z]`, 'm'))
    expect(stdout).toMatch(/Exit codes: 0 fine, 1 the answer is no, 2 wrong use\./)
  })

  it('says the same on stderr, and that this was wrong use, without a command', async () => {
    const { stdout: help } = await type('--help')
    expect(await type('')).toEqual({ code: 2, stdout: '', stderr: help })
  })

  it('says its version', async () => {
    expect(await type('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })

  it.each(COMMANDS)('explains %s with --help, whatever else was typed', async (command) => {
    for (const typed of [`${command} --help`, `${command} -h`, `${command} what --unknown -h`]) {
      const { code, stdout, stderr } = await type(typed)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(new RegExp(`^Usage: sealed-session ${command}\\b`))
      expect(stdout).toMatch(/\nFor example:\n {2}\S/)
    }
  })

  it('explains in lines that a terminal need not break', async () => {
    for (const command of ['', ...COMMANDS]) {
      const { stdout } = await type(`${command} --help`.trim())
      expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([])
    }
  })

  it('explains every option', async () => {
    const { stdout } = await type('inspect --help')
    for (const option of ['--name <name>', '--keys-file <file>', '--jwk-file <file>', '--at <date>']) {
      expect(stdout).toMatch(new RegExp(`^  ${option} +\\S`, 'm'))
    }
  })

  it('writes plain text, without colours', async () => {
    for (const command of COMMANDS) {
      const { stdout, stderr } = await type(command, { input: '', env: { SESSION_KEYS: SECRET, FORCE_COLOR: '1' } })
      expect(stdout + stderr).toMatch(/^[\n\x20-\x7e]+$/)
    }
  })
})

describe('wrong use ends with code 2, on stderr, with what would be right', () => {
  it.each([
    ['a misspelled command', 'rotat', 'sealed-session: that command is unknown: did you mean rotate?'],
    [
      'an unknown command',
      'destroy',
      'sealed-session: that command is unknown: the commands are keygen, rotate, keys, inspect, export-keys; see --help',
    ],
    [
      'a misspelled option',
      'keys --key-file x',
      'sealed-session keys: an option is unknown: did you mean --keys-file?',
    ],
    [
      'a short option',
      'rotate --activate 1h',
      'sealed-session rotate: an option is unknown: did you mean --activate-in?',
    ],
    [
      'an unknown option',
      'keys --wild',
      'sealed-session keys: an option is unknown: the options are --keys-file, --thumbprint and --help',
    ],
    [
      'a prototype for an option',
      'keys --constructor',
      'sealed-session keys: an option is unknown: the options are --keys-file, --thumbprint and --help',
    ],
    [
      'an option without its value',
      'keys --keys-file',
      'sealed-session keys: --keys-file needs a value: --keys-file <file>',
    ],
    [
      'an option for a value',
      'rotate --activate-in --json',
      'sealed-session rotate: --activate-in needs a value: --activate-in <duration>',
    ],
    ['an empty value', 'keys --keys-file=', 'sealed-session keys: --keys-file needs a value: --keys-file <file>'],
    [
      'a file without --write',
      'rotate .env',
      'sealed-session rotate: a file needs its option: did you mean --write .env?',
    ],
    ['the same', 'keygen .env', 'sealed-session keygen: a file needs its option: did you mean --write .env?'],
    [
      'a file without --keys-file',
      'keys .env',
      'sealed-session keys: a file needs its option: did you mean --keys-file .env?',
    ],
    [
      'a file of another name, which is not repeated',
      'rotate ./secrets/.env.production',
      'sealed-session rotate: a file needs its option: did you mean --write <file>?',
    ],
    ['a value that is not taken', 'keygen --json=yes', 'sealed-session keygen: --json takes no value: give it alone'],
  ])('%s', async (_what, command, message) => {
    expect(await type(command)).toEqual({ code: 2, stdout: '', stderr: `${message}\n` })
  })

  it('a key or a cookie on the command line, which is not repeated', async () => {
    for (const command of COMMANDS) {
      for (const typed of [SECRET, `-${SECRET}`, `--${SECRET}`, `--key=${SECRET}`, `-- ${SECRET}`, `-k ${SECRET}`]) {
        const { code, stdout, stderr } = await type(`${command} ${typed}`)
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
        expect(stderr).not.toContain(SECRET.slice(1))
        expect(stderr).toMatch(
          /: (?:an option is unknown|there is an argument that is not an option\. Keys and cookies)/,
        )
      }
    }
    expect((await type(SECRET)).stderr).not.toContain(SECRET)
  })
})

it('an unexpected error shows its stack without its message', async () => {
  const { code, stderr } = await type('keys --keys-file x', {
    files: new Proxy({}, { get: () => ({ secret: SECRET }) }),
  })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^sealed-session keys: an unexpected TypeError, which is a bug: please report it.*\n +at /)
})
