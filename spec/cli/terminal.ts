import type { OutputFile } from '../../lib/cli/io.js'
import { run } from '../../lib/cli/main.js'
import { START } from '../support/clock.js'

/** Where a command is typed. */
export interface Terminal {
  /** What is piped in; without it standard input is a keyboard that nobody touches. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** What the file holds that the output is appended to; without it, the output goes to no file. */
  readonly output?: Partial<OutputFile>
  /** Seconds since the epoch. Default `START`. */
  readonly now?: number
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What was written with --write. */
  readonly written?: Readonly<Record<string, string>>
}

/** Types a command behind `sealed-session`, words separated by single spaces. */
export async function type(
  command: string,
  { input, env = {}, files = {}, now = START, output }: Terminal = {},
): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const written: Record<string, string> = {}
  const read = (path: string): Uint8Array => {
    const content = files[path]
    if (content === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
    return typeof content === 'string' ? Buffer.from(content) : content
  }
  const code = await run(command === '' ? [] : command.split(' '), {
    stdin: Object.assign(inPieces(input ?? ''), { isTTY: input === undefined }),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env,
    now: () => now * 1000,
    readFile: read,
    readRegularFile: read,
    replaceFile(path, content) {
      written[path] = content
      return false
    },
    output: output && { isEmpty: false, content: undefined, isReadableByOthers: false, makePrivate() {}, ...output },
    version: () => '1.2.3',
  })
  return { code, stdout, stderr, ...(Object.keys(written).length > 0 ? { written } : {}) }
}

/** As a pipe delivers it: in pieces that end anywhere. */
async function* inPieces(input: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(input)
  for (let start = 0; start < bytes.length; start += 100) yield bytes.subarray(start, start + 100)
}
