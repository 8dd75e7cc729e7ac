import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { KeyCost } from './errors.js'

/**
 * The data of your sessions. Extend it once, and `req.session` is typed everywhere:
 *
 * ```ts
 * declare module 'sealed-session' {
 *   interface SessionData { user?: { id: string; name: string } }
 * }
 * ```
 */
export interface SessionData {}

/** The session as the app sees it: its own properties are the data, and everything else is on the prototype. */
export type Session<Data extends object = SessionData> = SessionMembers & Partial<Data>

/** Called when a method has finished, with the error first if there was one: of any type, as in express-session. */
// biome-ignore lint/suspicious/noExplicitAny: `unknown` would refuse `(error: Error) => ...`
export type SessionCallback = (error?: any) => void

/** What `regenerate` takes. */
export interface RegenerateOptions {
  /** Keys of the data that the new session gets, such as a cart that was filled before log-in. Default `[]`. */
  readonly keep?: readonly string[] | undefined
}

/** What a session has beside its data. None of it is enumerable, and data cannot have these names. */
export interface SessionMembers {
  /** 16 random bytes in base64url. `regenerate()` gives a new one. */
  readonly id: string
  /** The lifetime and the attributes of this session's cookie. */
  readonly cookie: SessionCookie
  /** When the session began, to the second: `absoluteTimeout` counts from here. */
  readonly createdAt: Date
  /**
   * When the session ends unless a later request uses it; never after the end that `absoluteTimeout` sets. If this
   * request counts as use, it counts from now. Looking at it extends nothing.
   */
  readonly expiresAt: Date
  /**
   * Why the cookie that the request brought was not accepted, such as `'idle'` or `'ended'`; undefined if none came, or
   * it was accepted. It comes with every request until a session is written: show it on the log-in page.
   */
  readonly rejected: Rejection | undefined
  /** True until a request brings the session back. */
  readonly isNew: boolean
  /** True for a new session, and once the data, nested data included, differ from what the cookie brought. */
  readonly isChanged: boolean
  /** True when there is any data. */
  readonly isPopulated: boolean
  /**
   * True if this request proves that it comes from the device that the session is bound to. False in other browsers, before
   * the browser has registered, and without `deviceBound`.
   */
  readonly isBound: boolean
  /** What the cookie would cost now. Throws `ERR_SESSION_UNSERIALIZABLE` where sealing would. */
  readonly size: SessionSize

  /**
   * Seals the session now, so that the caller learns of an overflow or of a value that JSON cannot hold.
   * It sends nothing: the cookie leaves with the headers, and includes later changes.
   */
  save(callback: SessionCallback): this
  save(): Promise<void>
  /**
   * Replaces this session by an empty one with a new id, or by one that has the data under the keys in `keep`. Do it at
   * log-in. This object keeps its data.
   */
  regenerate(callback: SessionCallback): this
  regenerate(options: RegenerateOptions, callback: SessionCallback): this
  regenerate(options?: RegenerateOptions): Promise<void>
  /** Ends the session and removes its cookie. From now on the property of the request is undefined. */
  destroy(callback: SessionCallback): this
  destroy(): Promise<void>
  /** Drops every change: the session is again what the request brought. */
  reload(callback: SessionCallback): this
  reload(): Promise<void>
  /** Restarts the idle timeout with this response, even if less than a tenth of it has passed. */
  touch(): this
  /** The same as `touch()`, for code written for express-session. */
  resetMaxAge(): this
}

/** `req.session.cookie`: the lifetime of one session's cookie, in the units of express-session, and its attributes. */
export interface SessionCookie {
  /**
   * Milliseconds until this session ends unless it is used; null when it ends with the browser.
   * Set it, to at least 1000, to give this session its own idle timeout, which lasts across requests. `absoluteTimeout`
   * caps it.
   */
  get maxAge(): number | null
  set maxAge(milliseconds: number | null | false | undefined)
  /** The same as a Date. Set `false` or null to end the session with the browser. */
  get expires(): Date | null
  set expires(date: Date | null | false | undefined)
  /** The whole idle timeout of this session, in milliseconds; null when it ends with the browser. */
  get originalMaxAge(): number | null
  set originalMaxAge(milliseconds: number | null | false | undefined)
  /** Below which path the browser sends the cookie. Like all attributes, it cannot be set on one session. */
  readonly path: string
  /** Undefined: the browser sends the cookie to this host only. */
  readonly domain: string | undefined
  /** Whether scripts in the page cannot read the cookie. */
  readonly httpOnly: boolean
  /** Whether the browser sends the cookie over HTTPS only, on this request. */
  readonly secure: boolean
  /** Which requests from other sites carry the cookie (RFC 6265bis, section 4.1.2.7); `false`: not sent. */
  readonly sameSite: 'lax' | 'strict' | 'none' | false
  /** Whether each embedding site has a cookie of its own (CHIPS). */
  readonly partitioned: boolean
  /** How long some browsers keep the cookie when there are too many. */
  readonly priority: 'low' | 'medium' | 'high' | undefined
}

/** What a session costs against the limit, in bytes of the cookie's name and value. */
export interface SessionSize {
  /** Bytes of name and value. */
  readonly bytes: number
  /** `sizeLimit`. */
  readonly limit: number
  /** `limit - bytes`. Negative when the session is too large to be sealed. */
  readonly remaining: number
  /** Every top-level key with its share, the largest first. */
  readonly largest: readonly KeyCost[]
}

/** A request of Express 4 or 5, connect, bare `http`, or HTTP/2's compatibility API. */
export type SessionRequest = IncomingMessage | Http2ServerRequest
/** The response to a `SessionRequest`. */
export type SessionResponse = ServerResponse | Http2ServerResponse
/** Continues the request. Express's own is called a second time, with an error, if the session cannot be committed. */
export type SessionNext = (error?: unknown) => void

/** `Headers` of the Fetch API, in any implementation. */
export interface FetchHeaders {
  /** The value of a header; null if there is none. */
  get(name: string): string | null
}

/** Headers by name, in any case. */
export interface PlainHeaders {
  readonly [name: string]: string | readonly string[] | null | undefined
}

/**
 * What `open` reads a session from: a request of Node's (HTTP/1, HTTP/2, an upgrade), a Fetch `Request`, its `Headers`,
 * `{ headers: { cookie } }`, or the event of a serverless function.
 */
export type OpenableRequest =
  | SessionRequest
  | FetchHeaders
  | {
      /** Where the `Cookie` header is. */
      readonly headers:
        | FetchHeaders
        | PlainHeaders
        | { readonly cookie?: string | readonly string[] | null | undefined }
      /** The URL of a Fetch `Request`: `https:` marks the request as secure. */
      readonly url?: unknown
      /** The cookies in an event of API Gateway, version 2: texts such as `session=...`. */
      readonly cookies?: unknown
    }
  | {
      /** The headers in an event of a load balancer, or of API Gateway, version 1. `open` prefers them to `headers`. */
      readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null | undefined
      /** The same headers, with one value each. */
      readonly headers?: unknown
      /** It tells such an event from other objects. */
      readonly requestContext: object
    }

/** A session that was read outside a response: its data and id, frozen all the way down. */
export type OpenedSession<Data extends object = SessionData> = Readonly<Partial<Data>> &
  Readonly<Pick<SessionMembers, 'id' | 'createdAt' | 'expiresAt' | 'isPopulated' | 'isBound'>>

/**
 * What `open(req)` found: a session, or why there is none. Both are null when the request brought no session cookie.
 */
export type OpenResult<Data extends object = SessionData> =
  | { readonly session: OpenedSession<Data>; readonly rejected: null }
  | { readonly session: null; readonly rejected: Rejection | null }

/** What a schema answers. */
export type SchemaResult<Data = unknown> =
  /** The data as they are to be. */
  | { readonly value: Data; readonly issues?: undefined }
  /** Where they do not fit. */
  | {
      readonly issues: readonly {
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
      }[]
    }

/** A Standard Schema (standardschema.dev), such as one of zod, valibot or arktype, as far as it is used here. */
export interface SessionSchema<Data = unknown> {
  readonly '~standard': {
    /** It has to answer at once: a promise is refused. */
    readonly validate: (value: unknown) => SchemaResult<Data> | Promise<SchemaResult<Data>>
  }
}

/** A session minted outside a response. */
export interface SealedCookie {
  /** The cookie's name with its prefix. */
  readonly name: string
  /** The token: a JWE in compact serialization (RFC 7516, section 3.1). */
  readonly value: string
  /** The value of a `Set-Cookie` header. */
  readonly setCookie: string
  /** `name=value`, ready for a `Cookie` header. */
  readonly cookie: string
}

/**
 * Why a cookie was not accepted.
 *
 * - `malformed`: it is not a token of this format, or its claims are not those of a session
 * - `too-long`: it has more than 4096 characters, so nothing was decoded
 * - `missing-key`: the ring does not have its key, or that key is expired or revoked
 * - `tampered`: its tag does not verify: it was changed, or sealed for another cookie or with another secret
 * - `future`: it began, or was sealed, more than 60 seconds from now
 * - `absolute`, `idle`: this timeout, as it is set now, has passed
 * - `expired`: the end that was sealed into it has passed
 * - `ended`: the session had ended, and a late response brought its cookie back
 * - `schema`: its data do not fit the app's `schema`
 * - `invalidated`: `validate` returned false
 * - `unproven`: the session is bound to a device, and this request does not prove that it comes from there
 * - `unbound`: the session is bound to no device, and `deviceBound.unboundTimeout` has passed
 */
export type Rejection =
  | 'malformed'
  | 'too-long'
  | 'missing-key'
  | 'tampered'
  | 'future'
  | 'absolute'
  | 'idle'
  | 'expired'
  | 'ended'
  | 'schema'
  | 'invalidated'
  | 'unproven'
  | 'unbound'

declare global {
  namespace Express {
    interface Request {
      /** The visitor's session. Assign null to end it, or an object to replace its data. */
      get session(): Session
      set session(data: (Partial<SessionData> & object) | null | undefined)
      /** The id of the session. */
      readonly sessionID: string
    }
  }
}

/** Reads the session that another package left with a visitor, so that migrating logs nobody out. */
export interface SessionReader {
  /** The name of the reader in events. */
  readonly from: string
  /**
   * Finds the session that a request brings; undefined if it brings none that the other package would accept.
   * If it throws, an event reports the error, and the visitor gets a new session.
   */
  read(req: SessionRequest): FoundSession | undefined | Promise<FoundSession | undefined>
}

/** A session of another package. */
export interface FoundSession {
  /** The data of the new session. */
  readonly data: object
  /** The other package's cookies. They are removed when the new session is written. */
  readonly cookies: readonly ForeignCookie[]
  /**
   * The cookie values that the session was read from. A log-out ends every session that was read from the same values.
   * Default: every value of `cookies`.
   */
  readonly accepted?: readonly string[] | undefined
  /** When it began, in seconds since the epoch: `absoluteTimeout` counts from here. Default: now. */
  readonly createdAt?: number | undefined
}

/** A cookie of another package. Browsers remove it only for the path and domain that it was set with. */
export interface ForeignCookie {
  /** Its full name. */
  readonly name: string
  /** Default `'/'`. */
  readonly path?: string | undefined
  /** Default none: the host that set it. */
  readonly domain?: string | undefined
}
