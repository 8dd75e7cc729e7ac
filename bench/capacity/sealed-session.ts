import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import session, { SessionError } from '../../lib/index.js'
import { NAME, SECRET } from '../sealers/secrets.js'
import type { Contender } from './contender.js'
import { partsOfJwe } from './jwe.js'

/**
 * Ours, which refuses what is larger than its limit.
 *
 * @param secure with the prefix that a Secure cookie has
 * @param limit the option; the default, if undefined
 */
export function sealedSession(secure: boolean, sizeLimit?: number): Contender {
  const sessions = session({ keys: SECRET, name: NAME, cookie: { secure }, sizeLimit })
  const { name } = sessions.seal({})
  return {
    contender: 'sealed-session',
    packages: [],
    name,
    limit: limitOf(sessions),
    write: async (data) => {
      try {
        return [sessions.seal(data).setCookie]
      } catch (error) {
        if (isOverflow(error)) return undefined
        throw error
      }
    },
    read: async (header) => {
      const req = new IncomingMessage(new Socket())
      req.headers.cookie = header
      const opened = sessions.open(req).session
      return opened && { ...opened }
    },
    parts: (value, json) => partsOfJwe(value, json, 'claims'),
  }
}

/** What the error says of a session that is too large for every limit. */
function limitOf(sessions: { seal(data: object): unknown }): number | undefined {
  try {
    sessions.seal({ text: ' '.repeat(8192) })
  } catch (error) {
    if (isOverflow(error)) return error.limit
    throw error
  }
  throw new Error('a session of 8 KB was sealed')
}

function isOverflow(error: unknown): error is SessionError {
  return error instanceof SessionError && error.code === 'ERR_SESSION_OVERFLOW'
}
