import type { ExitCode } from './exit-code.js'
import type { Io } from './io.js'

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
