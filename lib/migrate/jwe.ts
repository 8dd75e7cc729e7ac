import { onBehalfOf } from '../caller.js'
import type { SessionReader } from '../types.js'
import { jsonObject } from '../values.js'
import { type DecryptRules, type ForeignKey, jweReader, type KeyFinder, type OpenedJwe } from './jose.js'
import { checkOptions, cookieName, isInForce, type ReaderOptions, refused } from './reader.js'

/** Content encryptions (RFC 7518, section 5.1), each with the length of its key in bytes. */
const KEY_BYTES: Readonly<Record<string, number>> = {
  A128GCM: 16,
  A192GCM: 24,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A192CBC-HS384': 48,
  'A256CBC-HS512': 64,
}

/** Key wrapping (RFC 7518, sections 4.4 and 4.7), each with the length of its key in bytes. */
const WRAPPING: Readonly<Record<string, number>> = {
  A128KW: 16,
  A192KW: 24,
  A256KW: 32,
  A128GCMKW: 16,
  A192GCMKW: 24,
  A256GCMKW: 32,
}

/** Key management from a password (RFC 7518, section 4.8), of any length. */
const PASSWORD = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW']

/**
 * Key management with a key pair (RFC 7518, sections 4.3 and 4.6; RSA-OAEP with longer hashes: W3C's registrations).
 */
const ASYMMETRIC = [
  ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
]

/** Key management (RFC 7518, section 4.1), as far as jose knows it. */
const KEY_MANAGEMENT: readonly string[] = ['dir', ...Object.keys(WRAPPING), ...PASSWORD, ...ASYMMETRIC]

/** The lengths in bytes that a key may have; undefined: any. */
function secretLengths(algorithms: readonly string[], encryptions: readonly string[]): number[] | undefined {
  if (algorithms.some((alg) => PASSWORD.includes(alg))) return undefined
  return algorithms
    .flatMap((alg) => (alg === 'dir' ? encryptions.map((enc) => KEY_BYTES[enc]) : WRAPPING[alg]) ?? [])
    .filter((bytes) => bytes !== undefined)
}

/** The options of `jwe`. */
export interface JweOptions extends ReaderOptions {
  /** The name of the cookie, without the number of a chunk. */
  name: string
  /** The key in any form that jose takes, or a function that finds it by the token's header. */
  key: ForeignKey | KeyFinder
  /** The accepted key management (`alg`; RFC 7518, section 4.1). Default `['dir', 'A256KW']`. */
  algorithms?: readonly string[] | undefined
  /** The accepted content encryption (`enc`; RFC 7518, section 5.1). Default `['A256GCM', 'A256CBC-HS512']`. */
  encryptions?: readonly string[] | undefined
  /** To how many bytes a compressed token may inflate, from 0 to 65536. Default 0: it is refused. */
  maxDecompressedLength?: number | undefined
}

const READER = 'jwe'
const OWN_OPTIONS = ['name', 'key', 'algorithms', 'encryptions', 'maxDecompressedLength']
/** In bytes, since a cookie of a few KB can inflate to megabytes. */
const MAX_INFLATED_BYTES = 65_536

/**
 * Reads a JSON object in a JWE (RFC 7516, section 3.1) of any library, in one cookie or several. Every member is data;
 * `exp` and `nbf` also count as times. Needs the package jose.
 *
 * @example
 * app.use(session({ migrateFrom: [jwe({ name: 'old', key: Buffer.from(process.env.OLD_KEY, 'base64') })] }))
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything, or without name or key
 */
export function jwe(options: JweOptions): SessionReader {
  return onBehalfOf(jwe, () => {
    checkOptions(READER, options, OWN_OPTIONS)
    const { key, algorithms = ['dir', 'A256KW'], encryptions = ['A256GCM', 'A256CBC-HS512'] } = options
    const { maxDecompressedLength = 0 } = options
    const name = cookieName(READER, options)
    if (!isKey(key)) {
      throw refused(
        READER,
        'key must be the bytes of the key, a KeyObject, a CryptoKey, a JWK, or a function that finds one',
      )
    }
    if (!isWithin(maxDecompressedLength)) {
      throw refused(READER, `maxDecompressedLength must be a whole number of bytes from 0 to ${MAX_INFLATED_BYTES}`)
    }
    const rules = {
      algorithms: listed('algorithms', algorithms, KEY_MANAGEMENT),
      encryptions: listed('encryptions', encryptions, Object.keys(KEY_BYTES)),
      maxDecompressedLength,
    }
    checkLength(key, rules)
    const cookies = [{ name, keys: [typeof key === 'function' ? key : () => key] }]
    return jweReader({ from: 'jwe', reader: READER, cookies, rules, contents }, options)
  })
}

function contents({ plaintext }: OpenedJwe) {
  const data = jsonObject(plaintext)
  return data && isInForce(data) ? { data } : undefined
}

function isKey(key: unknown): boolean {
  return typeof key === 'function' || (typeof key === 'object' && key !== null && !Array.isArray(key))
}

function isWithin(bytes: unknown): boolean {
  return Number.isInteger(bytes) && (bytes as number) >= 0 && (bytes as number) <= MAX_INFLATED_BYTES
}

/** Refuses names that jose does not know: they would open nothing, without a word. */
function listed(option: string, names: unknown, known: readonly string[]): readonly string[] {
  if (!Array.isArray(names) || names.length === 0) {
    throw refused(READER, `${option} must be an array of names from RFC 7518, such as ["${known[0]}"]`)
  }
  const stranger: unknown = names.find((name) => !known.includes(name))
  if (stranger === undefined) return [...names]
  throw refused(READER, `${option} has an unknown name: use any of ${known.join(', ')}`)
}

function checkLength(key: unknown, { algorithms, encryptions }: DecryptRules): void {
  const lengths = secretLengths(algorithms, encryptions)
  if (!(key instanceof Uint8Array) || lengths === undefined || lengths.includes(key.length)) return
  const wanted = [...new Set(lengths)].join(' or ')
  throw refused(
    READER,
    `key has ${key.length} bytes, but "algorithms" and "encryptions" need ${wanted || 'a key pair'}: set the three as the cookie was made with them`,
  )
}
