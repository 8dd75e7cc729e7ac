import { textOf } from '../keys/load.js'
import type { RootKey } from '../keys/root.js'
import { type RootJwk, readKeys, sourcesIn } from '../keys/source.js'
import { type Flags, UsageError } from './command.js'
import { keyText, timesSet, VARIABLE } from './env-file.js'
import { type Io, readBytes, writeLine } from './io.js'

const HOW = 'set SESSION_KEYS, or give --keys-file <file>'

/**
 * Reads the keys of a command, as text, from a file, the environment, or standard input.
 *
 * @param how the options by which it takes a `.env` file, for the message
 * @throws {UsageError} if there are none
 */
export async function givenKeys(flags: Flags, io: Io, how = '--keys-file .env'): Promise<string> {
  const found = await namedKeys(flags, io)
  if (found !== undefined) return found
  const piped = io.stdin.isTTY ? undefined : await readBytes(io.stdin)
  // In a script or in CI, standard input may be no terminal, and nothing is piped in.
  if (piped === undefined || (piped.length === 0 && !io.output?.isEmpty)) {
    throw new UsageError(
      `no keys: a .env file is not read by itself, so give ${how}. Or set SESSION_KEYS, or pipe the keys in`,
    )
  }
  return keysIn(piped, io)
}

/** Reads the keys of a command that needs none, and reads standard input for something else. */
export async function optionalKeys(flags: Flags, io: Io): Promise<string | undefined> {
  if (flags.text['keys-file'] !== '-') return namedKeys(flags, io)
  throw new UsageError(`the cookie comes on standard input, so the keys cannot: ${HOW}`)
}

/**
 * Reads the file that an option names.
 *
 * @throws {UsageError} without the name of the file, which may be a misplaced secret
 */
export async function readNamedFile(path: string, option: string, { readFile }: Io): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new UsageError(`the file of --${option} cannot be read (${code}): give the path of one that can`)
  }
}

async function namedKeys(flags: Flags, io: Io): Promise<string | undefined> {
  const path = flags.text['keys-file']
  if (path === '-') return keysIn(await readBytes(io.stdin), io)
  if (path !== undefined) return keysIn(await readNamedFile(path, 'keys-file', io), io)
  const { SESSION_KEYS } = io.env
  if (SESSION_KEYS?.trim() === '') {
    throw new UsageError(
      'SESSION_KEYS is empty, as from a secret that is not set: set it to the keys of the app, or give --keys-file <file>',
    )
  }
  return SESSION_KEYS === undefined ? undefined : keyText(SESSION_KEYS)
}

/**
 * Finds the keys in what was read.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` for bytes that are not text
 */
function keysIn(bytes: Uint8Array, io: Io): string {
  if (bytes.length === 0 && io.output?.isEmpty) {
    throw new UsageError(
      'the file of the keys is empty. If the output goes to the same file, the shell has emptied it: restore it, and use ' +
        'sealed-session rotate --write',
    )
  }
  const content = textOf(bytes, 'what the keys were read from')
  remarkRepeated(content, io)
  return keyText(content)
}

/** Tells the user if a `.env` file sets the keys more than once. */
function remarkRepeated(content: string, { stderr }: Pick<Io, 'stderr'>): void {
  const times = timesSet(content)
  if (times > 1)
    writeLine(stderr, `${VARIABLE} is set ${times} times there, and the last line counts: take the others out.`)
}

/** A key as the middleware reads it, and as a complete JWK. */
export interface WrittenKey {
  readonly key: RootKey
  readonly jwk: RootJwk & { readonly kid: string }
}

/**
 * Reads keys in any form of text that `keys` takes, in their order. A secret becomes a JWK with the same root and kid,
 * which opens the same sessions.
 *
 * @throws {SessionError} `ERR_SESSION_KEYS` as `readKeys` does
 */
export function writtenKeys(text: string): WrittenKey[] {
  // The rest relies on these checks.
  const keys = readKeys(text)
  const sources = sourcesIn(text)
  return keys.map((key, index) => ({ key, jwk: jwkOf(sources[index] as string | RootJwk, key.kid) }))
}

function jwkOf(source: string | RootJwk, kid: string): WrittenKey['jwk'] {
  if (typeof source !== 'string') return { ...source, kid }
  return { kty: 'oct', kid, k: Buffer.from(source, 'utf8').toString('base64url') }
}

const OPTION = 'write'
const REASONS: Readonly<Record<string, string>> = {
  ECHANGED: 'was changed meanwhile, and is left as it is: run the command again',
  ENOENT: 'is in a folder that is not there: make the folder first',
  EEXIST:
    'is being written by another run, or one was cut off: wait, or remove the file beside it that ends in .sealed-session.tmp',
  EBUSY:
    'is mounted by itself and cannot be replaced (EBUSY): change it where it was mounted from, or mount its folder',
}
const NOT_A_FILE = 'is not a file, but a device, a pipe or a folder: give the path of a file'
const MARK = '\uFEFF'

/**
 * Reads the file of `--write`, with its byte order mark; undefined if there is no file.
 *
 * @throws {UsageError} if it cannot be read, and `ERR_SESSION_KEYS` if it is not text
 */
export async function readTarget(path: string, io: Io): Promise<string | undefined> {
  if (path === '-') throw new UsageError('--write takes a file: without it, keys go to standard output')
  const bytes = await bytesOfTarget(path, io)
  if (bytes === undefined) return undefined
  const text = textOf(bytes, 'the file of --write')
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? `${MARK}${text}` : text
}

/**
 * Writes the file of `--write`, and tells the user if others can read it.
 *
 * @throws {UsageError} if it cannot be written; then it is unchanged
 */
export async function writeTarget(path: string, content: string, before: string | undefined, io: Io): Promise<void> {
  try {
    if (await io.replaceFile(path, content, before)) remarkReadable(io)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    const reason = REASONS[code] ?? `cannot be replaced (${code}), and is left as it is: check the rights of its folder`
    throw new UsageError(`the file of --write ${reason}`)
  }
}

async function bytesOfTarget(path: string, io: Io): Promise<Uint8Array | undefined> {
  try {
    return await io.readRegularFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTFILE') throw new UsageError(`the file of --write ${NOT_A_FILE}`)
    return readNamedFile(path, OPTION, io)
  }
}

/**
 * Prints a line of a `.env` file, after a line feed if the file lacks one at its end. A new file becomes private.
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
 * Prints JSON.
 *
 * @throws {UsageError} if the file has JSON already, to which no other can be appended
 */
export function printJson(json: string, io: Io): void {
  if (/^\s*[{[]/.test(io.output?.content ?? '')) {
    throw new UsageError('the file already has JSON, to which nothing can be appended: write to a new file')
  }
  print(json, io)
}

function print(text: string, { output, stdout, stderr, env }: Io): void {
  if (output?.isEmpty) output.makePrivate()
  writeLine(stdout, text)
  if (output?.isReadableByOthers && !output.isEmpty) remarkReadable({ stderr, env })
}

/** Tells the user that others can read a file of keys. On Windows modes mean nothing, so it does not. */
function remarkReadable({ stderr, env }: Pick<Io, 'stderr' | 'env'>): void {
  if (env['OS'] !== 'Windows_NT') {
    writeLine(stderr, 'Other users can read that file: chmod 600 makes it private.')
  }
}
