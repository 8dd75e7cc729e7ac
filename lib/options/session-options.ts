import type { SessionEvent } from '../events.js'
import type { KeyRing } from '../keys/ring.js'
import type { KeyInput } from '../keys/source.js'
import type { SessionReader } from '../session-reader.js'
import type { Enc } from '../token/algorithms.js'
import type { Alg } from '../token/header.js'
import type { Session, SessionData, SessionRequest, SessionResponse } from '../types.js'
import type { CookieOption } from './cookie-options.js'

/** What `session()` takes. */
export interface SessionOptions<Data extends object = SessionData> {
  /** A secret of at least 32 bytes, several (newest first), an `oct` JWK, a JWK Set, or a `KeyRing`. Default `process.env.SESSION_KEYS`. */
  keys?: KeyInput | KeyRing | undefined
  /** The cookie's base name; `__Host-Http-`, `__Host-` or `__Secure-` is added on HTTPS. Default `'session'`. */
  name?: string | undefined
  /** The property of the request. Default `'session'`. */
  property?: string | undefined
  /** Unused this long, a session ends: milliseconds or `'30m'`. Default `'24h'`. */
  idleTimeout?: number | string | undefined
  /** This long after it began, a session ends, used or not. Default `'7d'`. */
  absoluteTimeout?: number | string | undefined
  /**
   * How new tokens are sealed: `'dir'` (default) under the derived key, `'A256KW'` under a key of their own that the
   * derived key wraps, for fleets that seal more than 2^32 times per key. Both open.
   */
  alg?: Alg | undefined
  /** `'A256GCM'` (default), or `'A256CBC-HS512'` for those who must have a separate MAC. Both open. */
  enc?: Enc | undefined
  /** Attributes, or a function that gives them for a request. */
  cookie?: CookieOption | undefined
  /** The most bytes of name and value, at most 4096. Default 4093. */
  sizeLimit?: number | undefined
  /** Warns once when the response head that carries the cookie is larger, in bytes. Default 4000; set 3400 behind nginx with `proxy_cache`. */
  warnAt?: number | undefined
  /**
   * `Vary: Cookie` where the session was read, `Cache-Control: private` where it had data and the app said nothing, and
   * `no-store` where it is written. Default true.
   */
  cacheControl?: boolean | undefined
  /**
   * Asked before the app's handler runs, whenever a request brings a session: false ends it. What it throws goes to
   * `next`, and the handler does not run. It may change the session, to refresh what is kept in it.
   */
  validate?(session: Session<Data>, req: SessionRequest): boolean | Promise<boolean>
  /** Asks `validate` once in this time for each session, not with every request. Default 0. */
  validateEvery?: number | string | undefined
  /** Keeps a response that was under way from bringing back a session that has ended, by a small cookie. Default true. */
  logoutGuard?: boolean | undefined
  /**
   * For hosts that pass on one cookie only, such as Firebase Hosting with its `__session`: no logout guard, and nothing
   * but the session's own line. Default false.
   */
  oneCookie?: boolean | undefined
  /** Readers of other packages' cookies: the first that finds a session fills a new one. From `sealed-session/migrate`. */
  migrateFrom?: readonly SessionReader[] | undefined
  /** Called with every event, as they are also published on the `sealed-session` diagnostics channel. */
  onEvent?: ((event: SessionEvent) => void) | undefined
  /**
   * Answers a response whose session could not be sealed where no Express stands behind `next`: on bare `http`, behind
   * Fastify's `middie`, `koa-connect`, Next.js, socket.io. There `next` is called once only. Without it, the answer is a
   * plain 500. With Express, its error handlers answer.
   */
  onError?: ((error: unknown, req: SessionRequest, res: SessionResponse) => unknown) | undefined
}

export const SESSION_OPTIONS: readonly (keyof SessionOptions)[] = [
  'keys',
  'name',
  'property',
  'idleTimeout',
  'absoluteTimeout',
  'alg',
  'enc',
  'cookie',
  'sizeLimit',
  'warnAt',
  'validate',
  'validateEvery',
  'logoutGuard',
  'oneCookie',
  'cacheControl',
  'migrateFrom',
  'onEvent',
  'onError',
]
