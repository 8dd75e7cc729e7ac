import { parseArgs } from 'node:util'
import { nearest } from '../suggest.js'
import type { CommandOption, Flags } from './command.js'
import { UsageError } from './usage-error.js'

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
