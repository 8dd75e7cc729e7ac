import { parseArgs } from 'node:util'
import { checkName, nearest, seconds, withoutPrefix } from '../checks.js'
import { columns, type Io } from './io.js'

/** One option of a command. */
export interface CommandOption {
  /** How a value looks, such as `<file>`. Without it, the option takes none. */
  readonly value?: string
  readonly about: string
}

/** The options that follow a command. */
export interface Flags {
  /** Values by option. */
  readonly text: Readonly<Record<string, string | undefined>>
  /** Options without a value. */
  readonly on: ReadonlySet<string>
}

export interface Command {
  readonly summary: string
  /** Lines of `--help` after the summary. */
  readonly details: readonly string[]
  readonly examples: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  run(flags: Flags, io: Io): ExitCode | Promise<ExitCode>
}

export const WRITE: CommandOption = {
  value: '<file>',
  about: 'changes this file, and prints no key',
}

export const KEYS_FILE: CommandOption = {
  value: '<file>',
  about: 'a .env file, a JWK Set or a secret; - is standard input',
}

export const AUDIENCE: CommandOption = { value: '<text>', about: 'the audience of the app (none)' }

/** Exit codes. */
export const EXIT = {
  fine: 0,
  /** The answer to the question is no. */
  no: 1,
  /** The command, or the keys, cannot be used. */
  wrongUse: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A mistake in a command, for exit code 2. The message never repeats the input, which may be a misplaced secret. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/** An option as `parseArgs` returns it. */
interface TypedOption {
  readonly value: string | undefined
  readonly inlineValue?: boolean | undefined
}

/**
 * Reads the options of a command. The errors of `parseArgs` would repeat the input, which may be a secret or a cookie.
 *
 * @throws {UsageError} for unknown options, missing values and arguments that are not options
 */
export function readFlags(args: readonly string[], options: Readonly<Record<string, CommandOption>>): Flags {
  const types = Object.entries(options).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' }])
  const config = { args: [...args], options: Object.fromEntries(types), strict: false, tokens: true } as const
  const text: Record<string, string> = {}
  const on = new Set<string>()
  for (const token of parseArgs(config).tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw unexpected(token.value, options)
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw unknown(token.name, Object.keys(options))
    if (option.value === undefined) on.add(withoutValue(token.name, token.value))
    else if (token.name in text) throw new UsageError(`--${token.name} is there twice: give it once`)
    else text[token.name] = withValue(token.name, option.value, token)
  }
  return { text, on }
}

function withoutValue(name: string, value: string | undefined): string {
  if (value === undefined) return name
  throw new UsageError(`--${name} takes no value: give it alone`)
}

function withValue(name: string, form: string, token: TypedOption): string {
  const { value = '', inlineValue } = token
  const isNextOption = !inlineValue && /^-./.test(value)
  if (value !== '' && !isNextOption) return value
  throw new UsageError(`--${name} needs a value: --${name} ${form}`)
}

function unknown(name: string, known: readonly string[]): UsageError {
  const similar = known.find((each) => each.startsWith(name)) ?? nearest(name, known)
  if (similar !== undefined) return new UsageError(`an option is unknown: did you mean --${similar}?`)
  const all = known.map((each) => `--${each}`).join(', ')
  return new UsageError(`an option is unknown: the options are ${all} and --help`)
}

/** The name of a file of keys. No secret and no cookie ends like this. */
const FILE_NAME = /(?:^|[\\/])\.env(?:\.[\w-]{1,20})?$|\.(?:env|json)$/

/** Whether a file holds variables, by its name. */
export function isEnvFile(path: string): boolean {
  return FILE_NAME.test(path) && !path.endsWith('.json')
}

function unexpected(argument: string, options: Readonly<Record<string, CommandOption>>): UsageError {
  if (FILE_NAME.test(argument)) {
    const option = 'write' in options ? '--write' : '--keys-file'
    return new UsageError(
      `a file needs its option: did you mean ${option} ${argument === '.env' ? argument : '<file>'}?`,
    )
  }
  return new UsageError(
    'there is an argument that is not an option. Keys and cookies are not taken from the command line, where the history ' +
      'of the shell keeps them and other users see them: give keys in SESSION_KEYS or with --keys-file, and a cookie ' +
      'on standard input',
  )
}

const EXIT_CODES = `Exit codes: 0 fine, 1 the answer is no, 2 wrong use.`

/** The text of `sealed-session --help`. */
export function helpOfAll(commands: ReadonlyMap<string, Command>): string {
  const rows = [...commands].map(([name, { summary }]) => [`  ${name}`, summary])
  return [
    'Usage: sealed-session <command> [options]',
    '',
    ...columns(rows),
    '',
    'Options: --help, also after a command, and --version.',
    'Keys come from --keys-file, from SESSION_KEYS, or from standard input: never from the command line.',
    EXIT_CODES,
  ].join('\n')
}

/** The text of `--help` after a command. */
export function helpOf(name: string, { summary, details, examples, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, about }]) => [
    `  --${option}${value ? ` ${value}` : ''}`,
    about,
  ])
  return [
    `Usage: sealed-session ${name} [options]`,
    '',
    `${summary}.`,
    '',
    ...details,
    '',
    ...columns(rows),
    '',
    'For example:',
    ...examples.map((example) => `  ${example}`),
    '',
    EXIT_CODES,
  ].join('\n')
}

/**
 * Reads the base name in `--name`, with a prefix or without.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if no cookie can have it
 */
export function baseNameOf(option: string): string {
  const name = withoutPrefix(option)
  checkName(name, '--name')
  return name
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/

/**
 * Reads the time in `--at`, in seconds since the epoch.
 *
 * @throws {UsageError} if it is not an ISO date
 */
export function timeOf(date: string): number {
  const time = ISO_DATE.test(date) ? Date.parse(date) : Number.NaN
  if (Number.isFinite(time)) return Math.floor(time / 1000)
  throw new UsageError('--at is not an ISO date: write 2026-12-31, or 2026-12-31T18:00:00Z')
}

/**
 * Reads a duration in seconds: `30m`, `24h`, `7d`, or milliseconds, as in the options of `session()`.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if it is not a duration
 */
export function durationOf(flags: Flags, option: string): number | undefined {
  const value = flags.text[option]
  if (value === undefined) return undefined
  return seconds(/^\d+$/.test(value) ? Number(value) : value, `--${option}`)
}
