/** Where text goes: a stream of Node's, or whatever collects what a test wants to see. */
export interface Output {
  write(text: string): unknown
}

/** A file that standard output goes to. */
export interface OutputFile {
  readonly isEmpty: boolean
  /** Undefined where it cannot be read. */
  readonly content: string | undefined
  readonly isReadableByOthers: boolean
  /** Takes the file from all others than its owner. */
  makePrivate(): void
}

/** Everything that a command may touch, so that it runs without a process. */
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
  /**
   * Writes a file as a whole or not at all.
   *
   * @param before its content when it was read, undefined if there was no file
   * @returns whether others than its owner can read it
   */
  /** As `readFile`, but of a regular file only. */
  readRegularFile(path: string): Uint8Array | Promise<Uint8Array>
  replaceFile(path: string, content: string, before: string | undefined): boolean | Promise<boolean>
  /** Undefined if standard output goes to no file. */
  readonly output?: OutputFile | undefined
  /** The version of the package. */
  version(): string | Promise<string>
}

/** What is longer is neither a cookie nor a few keys, and is not waited for. */
const LONGEST_INPUT = 1 << 20

export function writeLine(output: Output, text: string): void {
  output.write(`${text}\n`)
}

/** Standard input to its end as text, without white space around it. */
export async function readInput(stdin: Io['stdin']): Promise<string> {
  return (await readBytes(stdin)).toString('utf8').trim()
}

/** Standard input to its end, or what came of it before it grew too long. */
export async function readBytes(stdin: Io['stdin']): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as string))
    length += chunk.length
    if (length > LONGEST_INPUT) break
  }
  return Buffer.concat(chunks)
}
