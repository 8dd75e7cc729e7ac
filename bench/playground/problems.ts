import { STATUS_CODES } from 'node:http'
import { SessionError, type SessionSize } from '../../lib/index.js'
import { Refusal } from './refusal.js'
import type { Problem } from './view.js'

/** What a visitor is told of an error: what they can put right in full, everything else in the terminal only. */
export function problemOf(error: unknown): Problem {
  if (error instanceof SessionError) return ofSession(error)
  if (error instanceof Refusal) return { status: error.status, title: titles(error.status), explanation: error.message }
  const status = statusOf(error)
  const explanation =
    status < 500 ? 'The request could not be read.' : 'It is not your doing. The terminal says what happened.'
  return { status, title: STATUS_CODES[status] ?? 'Error', explanation }
}

function titles(status: number): string {
  if (status === 404) return 'No such page'
  return status === 409 ? 'Not now' : 'That does not work'
}

function ofSession(error: SessionError): Problem {
  const { code, message } = error
  switch (code) {
    case 'ERR_SESSION_OVERFLOW':
      // Here it was the visitor who asked for more than fits. An app whose own data overflow answers 500.
      return {
        status: 413,
        title: 'That does not fit in a cookie',
        explanation: OVERFLOW,
        code,
        message,
        size: sizeOf(error),
      }
    case 'ERR_SESSION_RESERVED':
      return { status: 400, title: 'That key is taken', explanation: RESERVED, code, message }
    case 'ERR_SESSION_UNSERIALIZABLE':
      return { status: 422, title: 'JSON cannot hold that', explanation: UNSERIALIZABLE, code, message }
    default:
      return { status: 500, title: 'The session could not be kept', explanation: 'The app is told why.', code, message }
  }
}

const OVERFLOW =
  'Nothing was sent: the browser keeps the cookie that it had, and the session is what it was before. ' +
  'A larger cookie the browser would have dropped without a word.'
const RESERVED = 'Every session has a member of this name, which data would hide. The session is what it was before.'
const UNSERIALIZABLE =
  'The session is kept as JSON, so that every JOSE library can read it. Nothing was sent, and the session is what it was before.'

function sizeOf({ bytes = 0, limit = 0, largest = [] }: SessionError): SessionSize {
  return { bytes, limit, remaining: limit - bytes, largest }
}

/** Express and its parsers give what a client did wrong a status of its own. */
function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
