import { invalid, type SessionError } from '../errors.js'
import type { FoundSession, SessionReader } from '../session-reader.js'
import { type Chunked, chunked } from './chunks.js'
import type { ForeignKey } from './foreign-key.js'
import { type Contents, found, type ReaderOptions } from './reader.js'

/** The header of a token that has not been verified. */
export interface UnverifiedHeader {
  /** One of those that are accepted. */
  readonly alg: string
  /** One of those that are accepted. */
  readonly enc: string
  readonly kid?: unknown
  readonly [member: string]: unknown
}

/** Finds a key by the token's header, as far as it can be found; it has not been verified. */
export type KeyFinder = (header: UnverifiedHeader) => ForeignKey | undefined | Promise<ForeignKey | undefined>

export interface DecryptRules {
  /** The `alg` that are accepted (RFC 7518, section 4.1). */
  readonly algorithms: readonly string[]
  /** The `enc` that are accepted (RFC 7518, section 5.1). */
  readonly encryptions: readonly string[]
  /** Into how many bytes a token with `zip` (RFC 7516, section 4.1.3) may inflate; 0 refuses it. */
  readonly maxDecompressedLength: number
}

/** What the tokens of one request may still cost, of all readers together. */
export interface Attempts {
  left: number
}

/** A request has this much: a token costs 1 for each key, and one whose key is made from a password more. */
const MOST_ATTEMPTS = 16
/** Making a key from a password (`PBES2`) takes milliseconds, and the token says how often it is done. */
const COST_OF_PASSWORD = 8

const attempts = new WeakMap<object, Attempts>()

/** Shared by all readers of a request, as anybody can send a cookie of each name. */
export function attemptsFor(req: object): Attempts {
  const made = attempts.get(req) ?? { left: MOST_ATTEMPTS }
  attempts.set(req, made)
  return made
}

/** A token that has verified. */
export interface OpenedJwe {
  readonly header: Readonly<Record<string, unknown>>
  readonly plaintext: string
}

/**
 * Opens a JWE in the compact serialization (RFC 7516, section 7.1). Whatever is wrong with a token is no error, as
 * anybody can send any token; what fails in finding the key is.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if the package jose is not installed, is too old, or cannot be loaded
 */
export async function decrypt(
  token: string,
  findKey: KeyFinder,
  rules: DecryptRules,
  attempts: Attempts,
): Promise<OpenedJwe | undefined> {
  if (attempts.left <= 0) return undefined
  const { compactDecrypt, errors } = await loadJose()
  let failure: { readonly error: unknown } | undefined
  const key = async (header: { readonly zip?: unknown; readonly alg?: unknown }) => {
    attempts.left -= String(header.alg).startsWith('PBES2') ? COST_OF_PASSWORD : 1
    if (attempts.left < 0) throw new errors.JOSENotSupported()
    // Version 4 of jose knows no such limit, and would inflate it.
    if (header.zip !== undefined && rules.maxDecompressedLength === 0) throw new errors.JOSENotSupported()
    try {
      return (await findKey(header as UnverifiedHeader)) as Uint8Array
    } catch (error) {
      // A set of keys that has no such key says so by an error of jose.
      if (!(error instanceof errors.JOSEError)) failure = { error }
      throw error
    }
  }
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(token, key, {
      keyManagementAlgorithms: [...rules.algorithms],
      contentEncryptionAlgorithms: [...rules.encryptions],
      maxDecompressedLength: rules.maxDecompressedLength,
    })
    return { header: { ...protectedHeader }, plaintext: Buffer.from(plaintext).toString() }
  } catch {
    if (failure) throw failure.error
    return undefined
  }
}

type Jose = typeof import('jose')

/** Only where a cookie asks for it: loading it takes 50 ms, and who needs none of these readers need not install it. */
async function loadJose(): Promise<Jose> {
  let jose: Jose
  try {
    jose = await import('jose')
  } catch (error) {
    throw unusable(error)
  }
  // Up to version 2, everything had other names.
  if (typeof jose.compactDecrypt !== 'function') throw tooOld()
  return jose
}

function unusable(error: unknown): SessionError {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown }
  switch (code) {
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
      return joseProblem(': npm install jose')
    // Version 3 exported its parts only.
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED':
      return tooOld()
    case 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG':
      return joseProblem(', which Jest cannot import by default: run it with NODE_OPTIONS=--experimental-vm-modules')
    default:
      return joseProblem(`, which cannot be loaded (${code ?? name}): import it in a file of its own to see why`)
  }
}

function tooOld(): SessionError {
  return joseProblem(' from version 4, and this one is older: npm install jose@latest')
}

function joseProblem(rest: string): SessionError {
  return invalid(`JWE cookies are opened by the package jose${rest}`)
}

/** How another package keeps its session in a JWE. */
export interface JweSession {
  /** Names the reader in events. */
  readonly from: string
  /** The reader's function, for messages. */
  readonly reader: string
  /** The cookies that it may be in, in the order in which they are tried, each with its keys. */
  readonly cookies: readonly { readonly name: string; readonly keys: readonly KeyFinder[] }[]
  readonly rules: DecryptRules
  /** What a token says that has verified; undefined if it is not, or no longer, a session. */
  contents(opened: OpenedJwe): Contents | undefined
}

/** A reader of sessions in a JWE. Nothing is loaded, derived or awaited for a request that does not bring one. */
export function jweReader(session: JweSession, options: ReaderOptions): SessionReader {
  const { from, reader, cookies } = session

  async function first(brought: readonly Brought[], attempts: Attempts): Promise<FoundSession | undefined> {
    for (const { values, names, keys } of brought) {
      const accepted = await firstAccepted(values, keys, session, attempts)
      if (accepted) return found(reader, accepted.contents, names, [accepted.value], options)
    }
    return undefined
  }

  return {
    from,
    read(req) {
      const { cookie } = req.headers
      const brought = cookies.flatMap(({ name, keys }) => {
        const one = chunked(cookie, name)
        return one ? [{ ...one, keys }] : []
      })
      return brought.length === 0 ? undefined : first(brought, attemptsFor(req))
    },
  }
}

interface Brought extends Chunked {
  readonly keys: readonly KeyFinder[]
}

async function firstAccepted(
  values: readonly string[],
  keys: readonly KeyFinder[],
  { rules, contents }: JweSession,
  attempts: Attempts,
): Promise<{ readonly value: string; readonly contents: Contents } | undefined> {
  for (const value of values) {
    for (const key of keys) {
      const opened = await decrypt(value, key, rules, attempts)
      const one = opened && contents(opened)
      if (one) return { value, contents: one }
    }
  }
  return undefined
}
