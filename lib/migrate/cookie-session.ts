import { onBehalfOf } from '../caller.js'
import type { SessionReader } from '../types.js'
import { jsonObject } from '../values.js'
import {
  checkOptions,
  cookieName,
  found,
  isHmacAlgorithm,
  type ReaderOptions,
  refused,
  type Secret,
  type SignatureEncoding,
  secretsFrom,
  type Verify,
  valuesOf,
  verifier,
} from './reader.js'

/** A Keygrip, or another object that signs for cookie-session. */
export interface KeygripLike {
  /** Whether `digest` is a signature of `data`. */
  verify(data: string, digest: string): boolean
}

/** The options of `cookieSession`. It needs `keys` or `secret`. */
export interface CookieSessionOptions extends ReaderOptions {
  /** The `keys` of cookie-session: every secret in use, or a Keygrip. */
  keys?: readonly Secret[] | KeygripLike | undefined
  /** The `secret` of cookie-session, where it has no `keys`. */
  secret?: Secret | undefined
  /** The `name` of cookie-session. Default `'session'`. */
  name?: string | undefined
  /** The hash of the signatures, one of `crypto.getHashes()`. Default `'sha1'`, as in Keygrip. */
  algorithm?: string | undefined
  /** The encoding of the signatures. Default `'base64'`, as in Keygrip. */
  encoding?: SignatureEncoding | undefined
}

const READER = 'cookieSession'
const ENCODINGS: readonly unknown[] = ['base64', 'base64url', 'hex']

/**
 * Reads the sessions of cookie-session: JSON in base64, and in the cookie `name.sig` an HMAC over `name=value`. It
 * never reads unsigned sessions (`signed: false`), as clients can write them.
 *
 * @example
 * app.use(session({ migrateFrom: [cookieSession({ keys: [process.env.OLD_SECRET] })] }))
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
        // Every pair, because a sibling domain may have added a value or a signature.
        const signed = values.find((value) => signatures.some((signature) => verify(`${name}=${value}`, signature)))
        if (signed === undefined) return undefined
        const data = jsonObject(Buffer.from(signed, 'base64').toString())
        return data && found(READER, { data }, [name, signatureName], [signed], options)
      },
    }
  })
}

function verifyFrom(options: CookieSessionOptions): Verify {
  const { keys, secret, algorithm, encoding } = options
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
  const isSecret = keys === undefined && Object.hasOwn(options, 'secret')
  const secrets = secretsFrom(READER, isSecret ? 'secret' : 'keys', options)
  // Keygrip writes base64url where it says base64.
  return verifier(secrets, hash, encoding === 'hex' ? 'hex' : 'base64url')
}

function isKeygrip(keys: unknown): keys is KeygripLike {
  return typeof keys === 'object' && keys !== null && 'verify' in keys && typeof keys.verify === 'function'
}
