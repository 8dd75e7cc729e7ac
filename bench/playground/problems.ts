import { STATUS_CODES } from 'node:http'
import { SessionError, type SessionErrorCode } from '../../lib/index.js'
import { Refusal } from './http.js'

/** What a visitor is told of an error. */
export interface Problem {
  readonly status: number
  readonly title: string
  readonly explanation: string
  /** What the app's error handler got, if it is an error of the session. */
  readonly error?: SessionError
}

/** What they can put right in full, everything else in the terminal only. */
export function problemOf(error: unknown): Problem {
  if (error instanceof SessionError) return { ...(OF_SESSION[error.code] ?? NOT_KEPT), error }
  // Express and its parsers give what a client did wrong a status of its own.
  const { status = 500 } = error as { status?: number }
  if (error instanceof Refusal) {
    const title = status === 404 ? 'No such page' : status === 409 ? 'Not now' : 'That does not work'
    return { status, title, explanation: error.message }
  }
  const explanation = status < 500 ? 'The request could not be read.' : 'It is not your doing. The terminal says why.'
  return { status, title: STATUS_CODES[status] ?? 'Error', explanation }
}

const NOT_KEPT: Problem = { status: 500, title: 'The session could not be kept', explanation: 'The app is told why.' }

const OF_SESSION: Partial<Record<SessionErrorCode, Problem>> = {
  ERR_SESSION_OVERFLOW: {
    // Here it was the visitor who asked for more than fits. An app whose own data overflow answers 500.
    status: 413,
    title: 'That does not fit in a cookie',
    explanation:
      'Nothing was sent: the browser keeps the cookie that it had, and the session is what it was before. ' +
      'A larger cookie the browser would have dropped without a word.',
  },
  ERR_SESSION_RESERVED: {
    status: 400,
    title: 'That key is taken',
    explanation: 'Every session has a member of this name, which data would hide. The session is what it was before.',
  },
  ERR_SESSION_UNSERIALIZABLE: {
    status: 422,
    title: 'JSON cannot hold that',
    explanation:
      'The session is kept as JSON, so that every JOSE library can read it. Nothing was sent, and the session is ' +
      'what it was before.',
  },
}
