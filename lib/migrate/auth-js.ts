import { onBehalfOf } from '../caller.js'
import { jsonObject } from '../json.js'
import type { SessionReader } from '../session-reader.js'
import { foreignKey } from './foreign-key.js'
import { jweReader, type KeyFinder, type OpenedJwe } from './jose.js'
import { checkOptions, cookieName, isInForce, type ReaderOptions, type Secret, secretsFrom } from './reader.js'

export interface AuthJsOptions extends ReaderOptions {
  /** Auth.js's `secret` (`AUTH_SECRET`): one, or every one in use. */
  secret: Secret | readonly Secret[]
  /**
   * The name of its session cookie, without the number of a chunk. Default `'__Secure-authjs.session-token'`, then
   * `'authjs.session-token'`.
   */
  name?: string | undefined
}

const READER = 'authJs'
const DEFAULT_NAMES = ['__Secure-authjs.session-token', 'authjs.session-token']
/** The content encryptions that it accepts, and the length of their keys in bytes. */
const KEY_BYTES = { 'A256CBC-HS512': 64, A256GCM: 32 } as const
const ACCEPTED = Object.keys(KEY_BYTES) as (keyof typeof KEY_BYTES)[]

/**
 * Reads the sessions of Auth.js (`@auth/core`, `@auth/express`) with the strategy `jwt`: an encrypted JWT in one
 * cookie or several, its key derived from the secret and the cookie's name. Needs the package jose.
 *
 * When the session began is not known: the token's `iat` is when it was last renewed.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything, or without a secret
 */
export function authJs(options: AuthJsOptions): SessionReader {
  return onBehalfOf(authJs, () => {
    checkOptions(READER, options, ['secret', 'name'])
    const names =
      options.name === undefined && [undefined, '__Secure-'].includes(options.prefix)
        ? namesUnder(options.prefix)
        : [cookieName(READER, options, DEFAULT_NAMES[1])]
    const secrets = secretsFrom(READER, 'secret', options.secret)
    const cookies = names.map((name) => ({ name, keys: secrets.map((secret) => keyOf(secret, name)) }))
    const rules = { algorithms: ['dir'], encryptions: ACCEPTED, maxDecompressedLength: 0 }
    return jweReader({ from: '@auth/core', reader: READER, cookies, rules, contents }, options)
  })
}

/** Those that it sets by itself; over HTTPS only the first. */
function namesUnder(prefix: string | undefined): readonly string[] {
  return DEFAULT_NAMES.filter((name) => name.startsWith(prefix ?? ''))
}

function keyOf(secret: Secret, salt: string): KeyFinder {
  const info = `Auth.js Generated Encryption Key (${salt})`
  const keys = new Map<unknown, ReturnType<typeof foreignKey>>(
    ACCEPTED.map((enc) => [enc, foreignKey(secret, salt, info, KEY_BYTES[enc])]),
  )
  return ({ enc }) => keys.get(enc)
}

function contents({ plaintext }: OpenedJwe) {
  const claims = jsonObject(plaintext)
  if (!claims || !isInForce(claims)) return undefined
  // Claims of the token, not of the session.
  const { iat: _iat, exp: _exp, jti: _jti, ...data } = claims
  return { data }
}
