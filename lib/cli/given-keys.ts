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
 * @throws {UsageError} if there are none
 */
export async function givenKeys(flags: Flags, io: Io): Promise<string> {
  const found = await namedKeys(flags, io)
  if (found !== undefined) return found
  if (io.stdin.isTTY) throw new UsageError(`no keys: ${HOW}, or pipe them in`)
  return keysIn(await readBytes(io.stdin), io)
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
