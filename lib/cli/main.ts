import { nearest } from '../checks.js'
import { SessionError } from '../errors.js'
import { type Command, EXIT, type ExitCode, helpOf, helpOfAll, readFlags, UsageError } from './command.js'
import { exportKeys } from './export-keys.js'
import { inspect } from './inspect.js'
import { type Io, writeLine } from './io.js'
import { keygen } from './keygen.js'
import { keys } from './keys.js'
import { rotate } from './rotate.js'

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['keygen', keygen],
  ['rotate', rotate],
  ['keys', keys],
  ['inspect', inspect],
  ['export-keys', exportKeys],
])

const HELP = new Set(['--help', '-h', 'help'])

/**
 * Runs one command.
 *
 * @param args the arguments after `sealed-session`
 */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === undefined) {
    writeLine(io.stderr, helpOfAll(COMMANDS))
    return EXIT.wrongUse
  }
  try {
    return await runNamed(name, rest, io)
  } catch (error) {
    writeLine(io.stderr, `sealed-session${COMMANDS.has(name) ? ` ${name}` : ''}: ${explanation(error)}`)
    return EXIT.wrongUse
  }
}

async function runNamed(name: string, args: readonly string[], io: Io): Promise<ExitCode> {
  const command = COMMANDS.get(name)
  if (command && !args.some((arg) => arg === '--help' || arg === '-h')) {
    return command.run(readFlags(args, command.options), io)
  }
  if (command) writeLine(io.stdout, helpOf(name, command))
  else if (HELP.has(name)) writeLine(io.stdout, helpOfAll(COMMANDS))
  else if (name === '--version') writeLine(io.stdout, await io.version())
  else throw unknownCommand(name)
  return EXIT.fine
}

function unknownCommand(name: string): UsageError {
  const similar = nearest(name, COMMANDS.keys())
  const hint = similar ? `did you mean ${similar}?` : `the commands are ${[...COMMANDS.keys()].join(', ')}; see --help`
  return new UsageError(`that command is unknown: ${hint}`)
}

/** The message of an error. An unexpected one shows its stack only, as its message may repeat a secret. */
function explanation(error: unknown): string {
  if (error instanceof UsageError || error instanceof SessionError) return error.message
  const { name, stack = '' } = error as Error
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return [`an unexpected ${name}, which is a bug: please report it with these lines`, ...frames].join('\n')
}
