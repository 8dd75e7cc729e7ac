import { parseArgs } from 'node:util'
import { checkName, withoutPrefix } from '../cookie-name.js'
import { seconds } from '../duration.js'
import { nearest } from '../suggest.js'
import type { Io } from './io.js'
import { columns } from './print.js'

/** One option of a command: with a value if it says how the value looks. */
export interface CommandOption {
  readonly value?: string
  readonly about: string
}

/** What was typed behind the name of a command. */
export interface Flags {
  /** Options with a value. */
  readonly text: Readonly<Record<string, string | undefined>>
  /** Options without one. */
  readonly on: ReadonlySet<string>
}

export interface Command {
  readonly summary: string
  /** What `--help` says beyond the summary and the options, line by line. */
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

/** How a command ends, for the shell. */
export const EXIT = {
  fine: 0,
  /** The question was understood, and the answer is no. */
  no: 1,
  /** The command was typed wrongly, or was given keys that cannot be used. */
  wrongUse: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/**
 * A command that was typed wrongly; ends with exit code 2. The message never repeats what was typed: it may be a
 * secret in the wrong place.
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/** As `parseArgs` gives it. */
interface TypedOption {
  readonly value: string | undefined
  readonly inlineValue?: boolean | undefined
}

/**
 * Reads what was typed behind a command. `parseArgs` itself would repeat what it does not understand, which may be a
 * secret or a cookie.
 *
 * @throws {UsageError}
 */
export function readFlags(args: readonly string[], options: Readonly<Record<string, CommandOption>>): Flags {
  const types = Object.entries(options).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' }])
  const config = { args: [...args], options: Object.fromEntries(types), strict: false, tokens: true } as const
  const text: Record<string, string> = {}
  const on = new Set<string>()
  for (const token of parseArgs(config).tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw unexpected()
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw unknown(token.name, Object.keys(options))
    if (option.value === undefined) on.add(withoutValue(token.name, token.value))
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
  return new UsageError(`an option is unknown: there are ${all} and --help`)
}

function unexpected(): UsageError {
  return new UsageError(
    'there is an argument that is no option. Keys and cookies are not taken from the command line, where the history ' +
      'of the shell keeps them and other users see them: give keys in SESSION_KEYS or with --keys-file, and a cookie ' +
      'on standard input',
  )
}

const EXIT_CODES = `Exit codes: 0 fine, 1 the answer is no, 2 wrong use.`

/** What `sealed-session --help` says. */
export function helpOfAll(commands: ReadonlyMap<string, Command>): string {
  const rows = [...commands].map(([name, { summary }]) => [`  ${name}`, summary])
  return [
    'Usage: sealed-session <command> [options]',
    '',
    ...columns(rows),
    '',
    'Options: --help, also behind a command, and --version.',
    'Keys come from --keys-file, from SESSION_KEYS, or from standard input: never from the command line.',
    EXIT_CODES,
  ].join('\n')
}

/** What `--help` says behind a command. */
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
 * The base name that `--name` gives, with a prefix or without.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if no cookie can have it
 */
export function baseNameOf(option: string): string {
  const name = withoutPrefix(option)
  checkName(name)
  return name
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/

/**
 * The time that `--at` gives, in seconds since the epoch.
 *
 * @throws {UsageError}
 */
export function timeOf(date: string): number {
  const time = ISO_DATE.test(date) ? Date.parse(date) : Number.NaN
  if (Number.isFinite(time)) return Math.floor(time / 1000)
  throw new UsageError('--at is not an ISO date: write 2026-12-31, or 2026-12-31T18:00:00Z')
}

/**
 * An option that is a duration, in seconds: `30m`, `24h`, `7d`, or a number of milliseconds as in the options of
 * `session()`.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS`
 */
export function durationOf(flags: Flags, option: string): number | undefined {
  const value = flags.text[option]
  if (value === undefined) return undefined
  return seconds(/^\d+$/.test(value) ? Number(value) : value, `--${option}`)
}
