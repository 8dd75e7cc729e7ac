/** A stream, or an object that collects the output for a test. */
export interface Output {
  write(text: string): unknown
}

/** A file that standard output goes to. */
export interface OutputFile {
  readonly isEmpty: boolean
  /** Undefined if it cannot be read. */
  readonly content: string | undefined
  readonly isReadableByOthers: boolean
  /** Lets only the owner read and write the file. */
  makePrivate(): void
}

/** Everything that a command may touch, so that it runs without a process of its own. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean }
  /** Data, for the next command in a pipe. */
  readonly stdout: Output
  /** Remarks, for the person who typed the command. */
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  now(): number
  readFile(path: string): Uint8Array | Promise<Uint8Array>
  /** As `readFile`, but for a regular file only. */
  readRegularFile(path: string): Uint8Array | Promise<Uint8Array>
  /**
   * Writes a whole file or nothing.
   *
   * @param before the content when it was read; undefined if there was no file
   * @returns whether others than the owner can read the file
   */
  replaceFile(path: string, content: string, before: string | undefined): boolean | Promise<boolean>
  /** Undefined if standard output does not go to a file. */
  readonly output?: OutputFile | undefined
  /** The version of the package. */
  version(): string | Promise<string>
}

/** In bytes: longer input is neither a cookie nor keys, and is not read to its end. */
const MAX_INPUT_LENGTH = 1 << 20

export function writeLine(output: Output, text: string): void {
  output.write(`${text}\n`)
}

/** Reads standard input as text, without white space around it. */
export async function readInput(stdin: Io['stdin']): Promise<string> {
  return (await readBytes(stdin)).toString('utf8').trim()
}

/** Reads standard input to its end, or until it is too long. */
export async function readBytes(stdin: Io['stdin']): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as string))
    length += chunk.length
    if (length > MAX_INPUT_LENGTH) break
  }
  return Buffer.concat(chunks)
}

/** Aligns the cells of rows, two spaces apart, without white space at the end. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const BAR_WIDTH = 40

/** Draws a part of a whole as a bar. Anything above 0 gets at least one character. */
export function bar(part: number, whole: number): string {
  const filled = Math.min(BAR_WIDTH, Math.round((part / whole) * BAR_WIDTH))
  return '#'.repeat(part > 0 ? Math.max(1, filled) : 0)
}

/** The last second that a `Date` can hold. */
const LAST = 8.64e12

/** Formats a time in seconds since the epoch as an ISO 8601 date. */
export function isoDate(seconds: number): string {
  if (seconds > LAST) return 'never'
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000', '')
}

/** Control characters, characters that change the direction of text, and the line ends of Unicode. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu
const MAX_SHOWN = 60

/** Escapes untrusted text for a terminal, where it could move the cursor or fake a line. */
export function printable(text: string): string {
  const escaped = text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
  return escaped.length > MAX_SHOWN ? `${escaped.slice(0, MAX_SHOWN)}...` : escaped
}
