import { onBehalfOf } from '../caller.js'
import { epochSeconds } from '../clock.js'
import type { SessionReader } from '../types.js'
import { jsonObject } from '../values.js'
import { foreignKey, jweReader, type OpenedJwe } from './jose.js'
import { checkOptions, cookieName, isInForce, type ReaderOptions, type Secret, secretsFrom } from './reader.js'

/** The options of `expressOpenidConnect`. */
export interface ExpressOpenidConnectOptions extends ReaderOptions {
  /** The `secret` of express-openid-connect, or an array of every secret in use. */
  secret: Secret | readonly Secret[]
  /** The `session.name` of express-openid-connect. Default `'appSession'`. */
  name?: string | undefined
}

const READER = 'expressOpenidConnect'

/**
 * Reads the sessions of express-openid-connect 2 and 3: a JWE (`dir`, `A256GCM`) in one cookie or several, with its
 * times in the protected header. It does not read sessions in a store (`session.store`). Needs the package jose.
 *
 * @example
 * app.use(session({ migrateFrom: [expressOpenidConnect({ secret: process.env.SECRET })] }))
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything, or without a secret
 */
export function expressOpenidConnect(options: ExpressOpenidConnectOptions): SessionReader {
  return onBehalfOf(expressOpenidConnect, () => {
    checkOptions(READER, options, ['secret', 'name'])
    const name = cookieName(READER, options, 'appSession')
    const keys = secretsFrom(READER, 'secret', options).map((secret) => {
      const key = foreignKey(secret, '', 'JWE CEK', 32)
      return () => key
    })
    const rules = { algorithms: ['dir'], encryptions: ['A256GCM'], maxDecompressedLength: 0 }
    return jweReader(
      { from: 'express-openid-connect', reader: READER, cookies: [{ name, keys }], rules, contents },
      options,
    )
  })
}

function contents({ header, plaintext }: OpenedJwe) {
  const { iat, exp } = header
  if (typeof exp !== 'number' || !isInForce({ exp })) return undefined
  const data = jsonObject(plaintext)
  // With clocks that differ, it may begin in the future, where no session begins.
  const createdAt = Number.isSafeInteger(iat) && (iat as number) <= epochSeconds() ? (iat as number) : undefined
  return data && { data, createdAt }
}
