/**
 * What went wrong. Branch on it: a release may reword messages, but does not change codes.
 *
 * - `ERR_SESSION_OPTIONS`: an option, or a value assigned to `req.session`, is unknown or of the wrong kind
 * - `ERR_SESSION_KEYS`: keys are missing, weak, malformed or duplicate, or none may seal now
 * - `ERR_SESSION_OVERFLOW`: the sealed session is larger than `sizeLimit`
 * - `ERR_SESSION_UNSERIALIZABLE`: the session holds a value that JSON cannot
 * - `ERR_SESSION_INSECURE`: the session would be sent over plain HTTP in production
 * - `ERR_SESSION_HEADERS_SENT`: a method of the session was called after the headers were sent
 * - `ERR_SESSION_DUPLICATE`: two middlewares use the same property or the same cookie
 * - `ERR_SESSION_RESERVED`: data has the name of a method or property of the session
 * - `ERR_SESSION_SCHEMA`: data from another package do not fit the `schema`
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
  | 'ERR_SESSION_SCHEMA'

/** What one top-level key of a session costs in the cookie. */
export interface KeyCost {
  /** The name of the key. */
  readonly key: string
  /** Bytes of its name and value in the token, in base64url. */
  readonly bytes: number
}

/** What an error tells beyond its message. Which members are there depends on the code. */
export interface SessionErrorDetails {
  /** `ERR_SESSION_OVERFLOW`: bytes of the cookie's name and value. */
  readonly bytes?: number
  /** `ERR_SESSION_OVERFLOW`: the limit that they exceed. */
  readonly limit?: number
  /** `ERR_SESSION_OVERFLOW`: the top-level keys, the largest first. */
  readonly largest?: readonly KeyCost[]
  /** `ERR_SESSION_UNSERIALIZABLE`: where the value is, such as `cart.items[2].price`. */
  readonly path?: string
}

/**
 * A programmer's mistake, or a commit that failed. A bad cookie is never an error, as clients could cause it at will:
 * it is a value, `{ rejected: 'expired' }`.
 */
export class SessionError extends Error implements SessionErrorDetails {
  declare readonly name: 'SessionError'
  /** What went wrong. */
  readonly code: SessionErrorCode
  /** 500: what Express and http-errors answer. */
  readonly status: number = 500
  /** False: Express and http-errors keep the message from the client. */
  readonly expose: boolean = false
  /** Of `ERR_SESSION_OVERFLOW`; see `SessionErrorDetails`. */
  declare readonly bytes?: number
  /** Of `ERR_SESSION_OVERFLOW`. */
  declare readonly limit?: number
  /** Of `ERR_SESSION_OVERFLOW`. */
  declare readonly largest?: readonly KeyCost[]
  /** Of `ERR_SESSION_UNSERIALIZABLE`. */
  declare readonly path?: string

  constructor(code: SessionErrorCode, message: string, details: SessionErrorDetails = {}) {
    super(message)
    this.code = code
    Object.assign(this, details)
  }

  static {
    // The prototype needs it: a stack gets its first line before a constructor runs.
    Object.defineProperty(SessionError.prototype, 'name', { value: 'SessionError', writable: true, configurable: true })
    // The class needs it: bundlers rename classes, and Node prints that name.
    Object.defineProperty(SessionError, 'name', { value: 'SessionError', configurable: true })
  }
}

/** The error for an option or a value that cannot mean anything. */
export function invalid(message: string): SessionError {
  return new SessionError('ERR_SESSION_OPTIONS', message)
}
