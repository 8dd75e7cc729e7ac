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

/** The session as the app sees it: its data are its own properties, everything else sits on the prototype. */
export type Session<Data extends object = SessionData> = SessionMembers & Partial<Data>

/** Called when a method has finished, with the error first if there was one. */
export type SessionCallback = (error?: unknown) => void

/** What every session has beside its data. None of it is enumerable, and no data can be stored under these names. */
export interface SessionMembers {
  /** The session's id: 16 random bytes in base64url. A new one after `regenerate()`. */
  readonly id: string
  /** How long this session's cookie lives, and the attributes that it is sent with. */
  readonly cookie: SessionCookie
  /** When the session began: what `absoluteTimeout` counts from. To the second. */
  readonly createdAt: Date
  /** True until a session has made its first round trip. */
  readonly isNew: boolean
  /** True for a new session, and once the data differ from what the cookie brought, nested data included. */
  readonly isChanged: boolean
  /** True when there is any data. */
  readonly isPopulated: boolean
  /** What the cookie would cost now. Throws `ERR_SESSION_UNSERIALIZABLE` where sealing would. */
  readonly size: SessionSize

  /**
   * Seals the session now, so that an overflow or a value that JSON cannot hold is reported to the caller.
   * Sends nothing: the cookie leaves with the headers, and later changes are still in it.
   */
  save(callback: SessionCallback): this
  save(): Promise<void>
  /** Puts an empty session with a new id in this one's place; this object stays as it is. Do it at log-in. */
  regenerate(callback: SessionCallback): this
  regenerate(): Promise<void>
  /** Ends the session: the property on the request is undefined from now on, and the cookie is removed. */
  destroy(callback: SessionCallback): this
  destroy(): Promise<void>
  /** Puts the session back as the request brought it, dropping every change. */
  reload(callback: SessionCallback): this
  reload(): Promise<void>
  /** Starts the idle timeout anew with this response, even if less than half of it has passed. */
  touch(): this
  /** The same as `touch()`, for code written for express-session. */
  resetMaxAge(): this
}

/** `req.session.cookie`: the life of this one session's cookie, in milliseconds and Dates as in express-session. */
export interface SessionCookie {
  /**
   * Milliseconds until this session ends if it is not used; null when it ends with the browser.
   * Setting it gives this session an idle timeout of its own, capped by `absoluteTimeout` and kept across requests.
   */
  get maxAge(): number | null
  set maxAge(milliseconds: number | null | false | undefined)
  /** The same as a Date. `false` or null makes the cookie end with the browser. */
  get expires(): Date | null
  set expires(date: Date | null | false | undefined)
  /** The whole idle timeout of this session, in milliseconds; null when it ends with the browser. */
  readonly originalMaxAge: number | null
  readonly path: string
  readonly domain: string | undefined
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite: 'lax' | 'strict' | 'none' | false
  readonly partitioned: boolean
  readonly priority: 'low' | 'medium' | 'high' | undefined
}

/** What a session costs against the limit, in bytes of the cookie's name and value. */
export interface SessionSize {
  readonly bytes: number
  readonly limit: number
  /** Negative when the session is too large to be sealed. */
  readonly remaining: number
  /** Every top-level key with its share, dearest first. */
  readonly largest: readonly KeyCost[]
}

/** What the handler needs of a request: Express 4 and 5, connect, bare `http`, and HTTP/2's compatibility API. */
export type SessionRequest = IncomingMessage | Http2ServerRequest
/** What the handler needs of a response. */
export type SessionResponse = ServerResponse | Http2ServerResponse
/** Continues the request. Express's own is called a second time, with an error, if the session cannot be committed. */
export type SessionNext = (error?: unknown) => void

/** Headers as the Fetch API has them, of whichever implementation. */
export interface FetchHeaders {
  get(name: string): string | null
}

/** Headers by their names, in any case. */
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
      readonly headers:
        | FetchHeaders
        | PlainHeaders
        | { readonly cookie?: string | readonly string[] | null | undefined }
      /** That of a Fetch `Request`: one that begins with `https:` says that the request is secure. */
      readonly url?: unknown
      /** The `cookies` of an event of API Gateway's version 2: texts such as `session=...`. */
      readonly cookies?: unknown
    }
  | {
      /** Of an event of a load balancer, or of API Gateway's version 1. They come before its `headers`. */
      readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined } | null | undefined
      readonly headers?: unknown
      readonly requestContext: object
    }

/** A session that was read outside a response: its data and id, frozen all the way down. */
export type OpenedSession<Data extends object = SessionData> = Readonly<Partial<Data>> &
  Readonly<Pick<SessionMembers, 'id' | 'createdAt' | 'isPopulated'>>

/** What `open(req)` found. Both are null when the request brought no cookie of ours. */
export type OpenResult<Data extends object = SessionData> =
  | { readonly session: OpenedSession<Data>; readonly rejected: null }
  | { readonly session: null; readonly rejected: Rejection | null }

/** A session minted outside a response. */
export interface SealedCookie {
  /** The cookie's name, prefix included. */
  readonly name: string
  /** The token. */
  readonly value: string
  /** A whole `Set-Cookie` header value. */
  readonly setCookie: string
  /** `name=value`, ready for a `Cookie` header. */
  readonly cookie: string
}

/**
 * Why a cookie was not accepted.
 *
 * - `malformed`: not a token of this format, or its claims are not those of a session
 * - `too-long`: longer than any cookie that we write; nothing was decoded
 * - `missing-key`: sealed with a key that the ring does not have, or that is expired or revoked
 * - `tampered`: the tag does not verify: changed, sealed for another cookie, or by another secret of the same kid
 * - `future`: began or was sealed more than 60 seconds from now
 * - `absolute`, `idle`: a timeout that is in force now has passed
 * - `expired`: the end that was sealed into it has passed
 * - `ended`: the session had been ended, and a response that was under way brought its cookie back
 * - `invalidated`: `validate` said that it may not go on
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
  | 'invalidated'

declare global {
  namespace Express {
    interface Request {
      get session(): Session
      set session(data: (Partial<SessionData> & object) | null | undefined)
      readonly sessionID: string
    }
  }
}
