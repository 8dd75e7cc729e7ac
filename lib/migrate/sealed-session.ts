import { onBehalfOf } from '../caller.js'
import type { SealedSessionOptions } from '../options/former.js'
import { checkNames } from '../options/option-names.js'
import type { SessionReader } from '../types.js'
import { isObject } from '../values.js'
import { refused } from './reader.js'

const READER = 'sealedSession'
const OPTIONS = ['name', 'domain', 'path', 'partitioned', 'prefix', 'secure', 'httpOnly', 'sameSite']

/**
 * Reads our own sessions under a former name, domain, path, partition or prefix, with the keys and timeouts of today.
 * They stay where they are until the app writes them, and move as they are: with their id,
 * their start, their own timeout, their last use and check.
 *
 * @example
 * app.use(session({ cookie: { domain: 'example.com' }, migrateFrom: [sealedSession({ domain: null })] }))
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for unknown options; `session()` checks their values
 */
export function sealedSession(options: SealedSessionOptions): SessionReader {
  return onBehalfOf(sealedSession, () => {
    if (!isObject(options)) throw refused(READER, 'its options must be an object: sealedSession({ name })')
    checkNames(options, OPTIONS, [], `${READER}()`)
    // The middleware has the keys, and reads these cookies with its own.
    return { from: 'sealed-session', read: () => undefined, former: { ...options } }
  })
}
