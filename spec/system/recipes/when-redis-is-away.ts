/** What happens to a request with a session while Redis is away, or does not answer in time. */

type Validate<Asked> = (session: Asked) => Promise<boolean>

/**
 * Closed: it is answered with 503, by the app's error handler. Every `validate` that throws is closed; this one also
 * says so in the error. The cookie stays, and with it the session for when Redis is back.
 */
export function closed<Asked>(validate: Validate<Asked>): Validate<Asked> {
  return async (session) => {
    try {
      return await validate(session)
    } catch (cause) {
      throw Object.assign(new Error('sessions cannot be checked now', { cause }), { status: 503 })
    }
  }
}

/**
 * Open: it goes on, a session that was ended among them. With `validateEvery`, that answer counts like every other: the
 * session is asked about again when that time has passed, not when Redis is back.
 */
export function open<Asked>(validate: Validate<Asked>): Validate<Asked> {
  return async (session) => {
    try {
      return await validate(session)
    } catch (error) {
      console.error('a session was not checked:', error)
      return true
    }
  }
}
