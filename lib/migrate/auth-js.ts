import { onBehalfOf } from '../caller.js'
import type { SessionReader } from '../types.js'
import { jsonObject } from '../values.js'
import { foreignKey, jweReader, type KeyFinder, type OpenedJwe } from './jose.js'
import { checkOptions, cookieName, isInForce, type ReaderOptions, type Secret, secretsFrom } from './reader.js'

/** The options of `authJs`. */
export interface AuthJsOptions extends ReaderOptions {
  /** The `secret` of Auth.js (`AUTH_SECRET`), or an array of every secret in use. */
  secret: Secret | readonly Secret[]
  /**
   * The name of its session cookie, without the number of a chunk. Default: `'__Secure-authjs.session-token'`, and then
   * `'authjs.session-token'`.
   */
  name?: string | undefined
}

const READER = 'authJs'
const DEFAULT_NAMES = ['__Secure-authjs.session-token', 'authjs.session-token']
/** The content encryptions that Auth.js accepts, and the length of their keys in bytes. */
const KEY_BYTES = { 'A256CBC-HS512': 64, A256GCM: 32 } as const
const ACCEPTED = Object.keys(KEY_BYTES) as (keyof typeof KEY_BYTES)[]

/**
 * Reads the sessions of Auth.js (`@auth/core`, `@auth/express`) with the strategy `jwt`: an encrypted JWT in one cookie
 * or several. Needs the package jose. `absoluteTimeout` counts from the migration, as Auth.js renews the token's `iat`.
 *
 * @example
 * app.use(session({ migrateFrom: [authJs({ secret: process.env.AUTH_SECRET })] }))
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
    const secrets = secretsFrom(READER, 'secret', options)
    const cookies = names.map((name) => ({ name, keys: secrets.map((secret) => keyOf(secret, name)) }))
    const rules = { algorithms: ['dir'], encryptions: ACCEPTED, maxDecompressedLength: 0 }
    return jweReader({ from: '@auth/core', reader: READER, cookies, rules, contents }, options)
  })
}

/** The names that Auth.js sets by default. Over HTTPS it sets the first. */
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
  // These are claims of the token, not data of the session.
  const { iat: _iat, exp: _exp, jti: _jti, ...data } = claims
  return { data }
}
