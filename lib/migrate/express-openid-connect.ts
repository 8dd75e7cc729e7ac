import { onBehalfOf } from '../caller.js'
import { epochSeconds } from '../clock.js'
import { jsonObject } from '../json.js'
import type { SessionReader } from '../session-reader.js'
import { foreignKey } from './foreign-key.js'
import { jweReader, type OpenedJwe } from './jose.js'
import { checkOptions, cookieName, isInForce, type ReaderOptions, type Secret, secretsFrom } from './reader.js'

export interface ExpressOpenidConnectOptions extends ReaderOptions {
  /** express-openid-connect's `secret`: one, or every one in use. */
  secret: Secret | readonly Secret[]
  /** express-openid-connect's `session.name`. Default `'appSession'`. */
  name?: string | undefined
}

const READER = 'expressOpenidConnect'

/**
 * Reads the sessions of the package express-openid-connect, versions 2 and 3: a JWE (`dir`, `A256GCM`) whose times
 * stand in its protected header, in one cookie or several. Those that it kept in a store (`session.store`) are not
 * read. Needs the package jose.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for an option that cannot mean anything, or without a secret
 */
export function expressOpenidConnect(options: ExpressOpenidConnectOptions): SessionReader {
  return onBehalfOf(expressOpenidConnect, () => {
    checkOptions(READER, options, ['secret', 'name'])
    const name = cookieName(READER, options, 'appSession')
    const keys = secretsFrom(READER, 'secret', options.secret).map((secret) => {
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
  // A start that its own clock sees ahead of ours is not known.
  const createdAt = Number.isSafeInteger(iat) && (iat as number) <= epochSeconds() ? (iat as number) : undefined
  return data && { data, createdAt }
}
