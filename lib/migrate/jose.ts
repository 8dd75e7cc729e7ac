import { createSecretKey, hkdfSync, type KeyObject, type webcrypto } from 'node:crypto'
import { invalid, type SessionError } from '../errors.js'
import type { FoundSession, SessionReader } from '../types.js'
import { type Chunked, type Contents, chunked, found, type ReaderOptions } from './reader.js'

/** The protected header of a token (RFC 7516, section 4). Anyone may have written it. */
export interface UnverifiedHeader {
  /** One of the accepted `algorithms`. */
  readonly alg: string
  /** One of the accepted `encryptions`. */
  readonly enc: string
  /** The name of the key, if the token has one. */
  readonly kid?: unknown
  /** Other members. */
  readonly [member: string]: unknown
}

/** Finds the key of a token by its header, which is not verified yet; undefined if there is none. */
export type KeyFinder = (header: UnverifiedHeader) => ForeignKey | undefined | Promise<ForeignKey | undefined>

/** Which tokens may be opened. */
export interface DecryptRules {
  /** The accepted `alg` (RFC 7518, section 4.1). */
  readonly algorithms: readonly string[]
  /** The accepted `enc` (RFC 7518, section 5.1). */
  readonly encryptions: readonly string[]
  /** To how many bytes a token with `zip` (RFC 7516, section 4.1.3) may inflate; 0 refuses it. */
  readonly maxDecompressedLength: number
}

/** What the tokens of one request may still cost, for all readers together. */
export interface Attempts {
  left: number
}

/** What the tokens of a request may cost: each costs 1 for each key, and more if the key comes from a password. */
const MAX_ATTEMPTS = 16
/** Deriving a key from a password (`PBES2`) takes milliseconds, and the token chooses the number of iterations. */
const COST_OF_PASSWORD = 8

const attempts = new WeakMap<object, Attempts>()

/** The budget that all readers of a request share, because a client can send a cookie for each of them. */
export function attemptsFor(req: object): Attempts {
  const made = attempts.get(req) ?? { left: MAX_ATTEMPTS }
  attempts.set(req, made)
  return made
}

/** A token that has verified. */
export interface OpenedJwe {
  readonly header: Readonly<Record<string, unknown>>
  readonly plaintext: string
}

/**
 * Opens a JWE in compact serialization (RFC 7516, section 7.1). A bad token gives undefined, as clients can send any;
 * an error in finding the key is thrown.
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
    // jose 4 ignores the limit, and would inflate it.
    if (header.zip !== undefined && rules.maxDecompressedLength === 0) throw new errors.JOSENotSupported()
    try {
      return (await findKey(header as UnverifiedHeader)) as Uint8Array
    } catch (error) {
      // An error of jose says that a set of keys has no such key.
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

/** Loads jose when a cookie needs it: that takes 50 ms, and apps without these readers need not install it. */
async function loadJose(): Promise<Jose> {
  let jose: Jose
  try {
    jose = await import('jose')
  } catch (error) {
    throw unusable(error)
  }
  // jose 2 has other names.
  if (typeof jose.compactDecrypt !== 'function') throw tooOld()
  return jose
}

function unusable(error: unknown): SessionError {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown }
  switch (code) {
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
      return joseProblem(': npm install jose')
    // jose 3 exports its parts only.
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
  /** The name of the reader in events. */
  readonly from: string
  /** The name of the reader's function, for messages. */
  readonly reader: string
  /** The cookies to try, in this order, each with its keys. */
  readonly cookies: readonly { readonly name: string; readonly keys: readonly KeyFinder[] }[]
  readonly rules: DecryptRules
  /** The session in a token that has verified; undefined if it holds none, or none any more. */
  contents(opened: OpenedJwe): Contents | undefined
}

/** Makes a reader of sessions in a JWE. A request without one costs neither jose nor a promise. */
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

/** A JSON Web Key (RFC 7517) of any type. */
export interface ForeignJwk {
  /** The type of the key (RFC 7517, section 4.1). */
  readonly kty?: string
  /** The other members. */
  readonly [member: string]: unknown
}

/** A key in any form that jose takes. With the type of jose, every user would have to install it to compile. */
export type ForeignKey = Uint8Array | KeyObject | webcrypto.CryptoKey | ForeignJwk

/**
 * Derives a key from the secret of another package, by HKDF-SHA-256 (RFC 5869). Secret and salt may be weak: the
 * sessions that exist were sealed with them.
 *
 * @param bytes the length of the key
 */
export function foreignKey(secret: string | Uint8Array, salt: string, info: string, bytes: number): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, info, bytes)))
}
