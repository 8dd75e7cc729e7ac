/**
 * What went wrong, as a stable word for code to branch on. Messages may be reworded in any release; codes not.
 *
 * - `ERR_SESSION_OPTIONS`: an option, or a value given to `req.session`, that cannot mean anything.
 * - `ERR_SESSION_KEYS`: keys that are missing, weak, malformed or duplicate, or none that may seal now.
 * - `ERR_SESSION_OVERFLOW`: the sealed session is larger than a browser keeps.
 * - `ERR_SESSION_UNSERIALIZABLE`: the session holds something that JSON cannot.
 * - `ERR_SESSION_INSECURE`: the session would leave over plain HTTP in production.
 * - `ERR_SESSION_HEADERS_SENT`: a method of the session was called after the headers had left.
 * - `ERR_SESSION_DUPLICATE`: two middlewares want the same property or the same cookie.
 * - `ERR_SESSION_RESERVED`: data under a name that a method or property of the session has.
 */
export type SessionErrorCode =
  | 'ERR_SESSION_OPTIONS'
  | 'ERR_SESSION_KEYS'
  | 'ERR_SESSION_OVERFLOW'
  | 'ERR_SESSION_UNSERIALIZABLE'
  | 'ERR_SESSION_INSECURE'
  | 'ERR_SESSION_HEADERS_SENT'
  | 'ERR_SESSION_DUPLICATE'
  | 'ERR_SESSION_RESERVED'

/** What one top-level key of a session costs in the cookie, in bytes. */
export interface KeyCost {
  readonly key: string
  readonly bytes: number
}

/** What an error knows beyond its message; which members are set depends on the code. */
export interface SessionErrorDetails {
  /** `ERR_SESSION_OVERFLOW`: bytes of the cookie's name and value. */
  readonly bytes?: number
  /** `ERR_SESSION_OVERFLOW`: the limit that they exceed. */
  readonly limit?: number
  /** `ERR_SESSION_OVERFLOW`: the top-level keys, dearest first. */
  readonly largest?: readonly KeyCost[]
  /** `ERR_SESSION_UNSERIALIZABLE`: where the value is, such as `cart.items[2].price`. */
  readonly path?: string
}

/**
 * A programmer's mistake or a commit that failed. A bad cookie is never one of these: it is a value
 * (`{ rejected: 'expired' }`), since a client must not be able to cause an error.
 *
 * `status` and `expose` are read by Express and http-errors: answer 500, and keep the message from the client.
 */
export class SessionError extends Error implements SessionErrorDetails {
  declare readonly name: 'SessionError'
  readonly code: SessionErrorCode
  readonly status: number = 500
  readonly expose: boolean = false
  declare readonly bytes?: number
  declare readonly limit?: number
  declare readonly largest?: readonly KeyCost[]
  declare readonly path?: string

  constructor(code: SessionErrorCode, message: string, details: SessionErrorDetails = {}) {
    super(message)
    this.code = code
    Object.assign(this, details)
  }

  static {
    // On the prototype, where the first line of a stack takes it from before a constructor has run.
    Object.defineProperty(SessionError.prototype, 'name', { value: 'SessionError', writable: true, configurable: true })
    // And on the class, as bundlers rename classes, and Node would print that name.
    Object.defineProperty(SessionError, 'name', { value: 'SessionError', configurable: true })
  }
}

/** The error for an option or a value that cannot mean anything. */
export function invalid(message: string): SessionError {
  return new SessionError('ERR_SESSION_OPTIONS', message)
}
