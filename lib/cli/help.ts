import type { Command } from './command.js'
import { columns } from './table.js'

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
