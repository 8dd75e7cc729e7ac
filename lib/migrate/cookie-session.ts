import { onBehalfOf } from '../caller.js'
import { jsonObject } from '../json.js'
import type { SessionReader } from '../session-reader.js'
import { valuesOf } from './chunks.js'
import { checkOptions, cookieName, found, type ReaderOptions, refused, type Secret, secretsFrom } from './reader.js'
import { isHmacAlgorithm, type SignatureEncoding, type Verify, verifier } from './signed.js'

/** A Keygrip instance, or whatever else signs for cookie-session. */
export interface KeygripLike {
  verify(data: string, digest: string): boolean
}

export interface CookieSessionOptions extends ReaderOptions {
  /** cookie-session's `keys`: every secret in use, or its Keygrip instance. */
  keys?: readonly Secret[] | KeygripLike | undefined
  /** cookie-session's `secret`: the only secret, if it has no `keys`. */
  secret?: Secret | undefined
  /** cookie-session's `name`. Default `'session'`. */
  name?: string | undefined
  /** The hash that Keygrip was made with, any of Node's. Default `'sha1'`. */
  algorithm?: string | undefined
  /** The encoding that Keygrip was made with. Default `'base64'`. */
  encoding?: SignatureEncoding | undefined
}

const READER = 'cookieSession'
const ENCODINGS: readonly unknown[] = ['base64', 'base64url', 'hex']

/**
 * Reads the sessions of the package cookie-session: JSON in base64, with an HMAC by Keygrip over `name=value` in a
 * second cookie, `name.sig`. Sessions that it did not sign (`signed: false`) are never read, as anybody can write them.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything, or without a secret
 */
export function cookieSession(options: CookieSessionOptions): SessionReader {
  return onBehalfOf(cookieSession, () => {
    checkOptions(READER, options, ['keys', 'secret', 'name', 'algorithm', 'encoding'])
    const name = cookieName(READER, options, 'session')
    const signatureName = `${name}.sig`
    const verify = verifyFrom(options)
    return {
      from: 'cookie-session',
      read(req) {
        const { cookie } = req.headers
        const values = valuesOf(cookie, name)
        if (values.length === 0) return undefined
        const signatures = valuesOf(cookie, signatureName)
        // Which belongs to which cannot be seen once a sibling domain has added one of either.
        const signed = values.find((value) => signatures.some((signature) => verify(`${name}=${value}`, signature)))
        if (signed === undefined) return undefined
        const data = jsonObject(Buffer.from(signed, 'base64').toString())
        return data && found(READER, { data }, [name, signatureName], [signed], options)
      },
    }
  })
}

function verifyFrom({ keys, secret, algorithm, encoding }: CookieSessionOptions): Verify {
  if (keys !== undefined && secret !== undefined) {
    throw refused(
      READER,
      'keys and secret were both given, but cookie-session ignores its secret when it has keys: leave secret out',
    )
  }
  if (isKeygrip(keys)) {
    if (algorithm === undefined && encoding === undefined) return (text, signature) => keys.verify(text, signature)
    throw refused(READER, 'keys is a Keygrip, which has its own algorithm and encoding: leave them out here')
  }
  const hash = algorithm ?? 'sha1'
  if (typeof hash !== 'string' || !isHmacAlgorithm(hash)) {
    throw refused(READER, 'algorithm must be the name of a hash, one of require("node:crypto").getHashes()')
  }
  if (!ENCODINGS.includes(encoding ?? 'base64'))
    throw refused(READER, 'encoding must be "base64", "base64url" or "hex"')
  const secrets = secret === undefined ? secretsFrom(READER, 'keys', keys) : secretsFrom(READER, 'secret', secret)
  // Keygrip makes its base64 safe for URLs.
  return verifier(secrets, hash, encoding === 'hex' ? 'hex' : 'base64url')
}

function isKeygrip(keys: unknown): keys is KeygripLike {
  return typeof keys === 'object' && keys !== null && 'verify' in keys && typeof keys.verify === 'function'
}
