import { run } from '../../lib/cli/main.js'
import { START } from '../support/clock.js'

/** Where a command is typed. */
export interface Terminal {
  /** What is piped in; without it standard input is a keyboard that nobody touches. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  /** Seconds since the epoch. Default `START`. */
  readonly now?: number
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Types a command behind `sealed-session`, words separated by single spaces. */
export async function type(
  command: string,
  { input, env = {}, files = {}, now = START }: Terminal = {},
): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const code = await run(command === '' ? [] : command.split(' '), {
    stdin: Object.assign(inPieces(input ?? ''), { isTTY: input === undefined }),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env,
    now: () => now * 1000,
    readFile(path) {
      const content = files[path]
      if (content === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
      return content
    },
    version: () => '1.2.3',
  })
  return { code, stdout, stderr }
}

/** As a pipe delivers it: in pieces that end anywhere. */
async function* inPieces(input: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(input)
  for (let start = 0; start < bytes.length; start += 100) yield bytes.subarray(start, start + 100)
}
