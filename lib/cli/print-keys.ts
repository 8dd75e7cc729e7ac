import { timesSet } from './env-file.js'
import { type Io, writeLine } from './io.js'
import { VARIABLE } from './key-text.js'
import { UsageError } from './usage-error.js'

/**
 * Prints a line of a `.env` file, on a line of its own also where the file that it is appended to ends without one.
 * A new file becomes the owner's alone.
 *
 * @param advice for a file that has such a line already
 */
export function printLine(line: string, advice: string, io: Io): void {
  const { output, stdout, stderr } = io
  if (output !== undefined && !output.isEmpty && !output.content?.endsWith('\n')) stdout.write('\n')
  print(line, io)
  if (output?.content !== undefined && timesSet(output.content) > 0) {
    writeLine(stderr, `${VARIABLE} was set in that file already, and the last line counts: ${advice}`)
  }
}

/**
 * Prints JSON, in which nothing can be appended to.
 *
 * @throws {UsageError} where it would follow other JSON
 */
export function printJson(json: string, io: Io): void {
  if (/^\s*[{[]/.test(io.output?.content ?? '')) {
    throw new UsageError(
      'the file has JSON already, and a second text behind it is none: use sealed-session rotate --write',
    )
  }
  print(json, io)
}

function print(text: string, { output, stdout, stderr, env }: Io): void {
  if (output?.isEmpty) output.makePrivate()
  writeLine(stdout, text)
  if (output?.isReadableByOthers && !output.isEmpty) remarkReadable({ stderr, env })
}

/** Says that others can read a file of keys; on Windows, where modes say nothing, it does not. */
export function remarkReadable({ stderr, env }: Pick<Io, 'stderr' | 'env'>): void {
  if (env['OS'] !== 'Windows_NT') {
    writeLine(stderr, 'Others than the owner can read that file: chmod 600 makes it private.')
  }
}
