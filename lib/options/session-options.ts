import type { SessionEvent } from '../events.js'
import type { KeyRing } from '../keys/ring.js'
import type { KeyInput } from '../keys/source.js'
import type { Enc } from '../token/algorithms.js'
import type { Alg } from '../token/compact.js'
import type { Session, SessionData, SessionReader, SessionRequest, SessionResponse, SessionSchema } from '../types.js'
import type { CookieOption } from './cookie-options.js'
import type { DeviceOptions } from './device.js'

/** The options of `session()`. A duration is milliseconds or text such as `'30m'`, and at least a second. */
export interface SessionOptions<Data extends object = SessionData> {
  /**
   * A secret of at least 32 random bytes, several with the newest first, an `oct` JWK, a JWK Set, or a `KeyRing`.
   * Default `process.env.SESSION_KEYS`; without that, a random key in development, and an error in production.
   */
  keys?: KeyInput | KeyRing | undefined
  /**
   * The cookie's base name, at most 64 characters. On HTTPS it gets the prefix `__Host-Http-`, `__Host-` or
   * `__Secure-`. Default `'session'`.
   */
  name?: string | undefined
  /** The property of the request that holds the session. Default `'session'`. */
  property?: string | undefined
  /**
   * A session ends when it is unused this long. At most `absoluteTimeout`. Default `'24h'`, or less if that is less.
   */
  idleTimeout?: number | string | undefined
  /** A session ends this long after it began, used or not. Default `'7d'`. */
  absoluteTimeout?: number | string | undefined
  /**
   * Key management of new tokens (RFC 7518, section 4.1): `'dir'` seals with the derived key; `'A256KW'` seals each
   * token with a key of its own, for fleets that seal more than 2^32 tokens per key. Both open. Default `'dir'`.
   */
  alg?: Alg | undefined
  /**
   * Content encryption of new tokens (RFC 7518, section 5.1): `'A256GCM'`, or `'A256CBC-HS512'` where a separate MAC is
   * required. Both open. Default `'A256GCM'`.
   */
  enc?: Enc | undefined
  /**
   * Whether a request counts as use, or a function that says so: false for polls and health checks, which must not keep
   * a session alive. What writes a session counts as use always. Default true.
   */
  slide?: boolean | ((req: SessionRequest) => boolean) | undefined
  /**
   * Whom sessions are for, such as `'staging'`: they open for no other audience with the same keys. 1 to 128
   * characters of printable ASCII without spaces; an error if it is empty or undefined. Default: none.
   */
  audience?: string
  /**
   * A Standard Schema, synchronous, that the data of every session that comes in are passed through. What it changes is
   * written with the app's next change. A session that does not fit is an empty new one, with `rejected` `'schema'`.
   */
  schema?: SessionSchema<Data> | undefined
  /**
   * Binds sessions to the device that they began on, in browsers with Device Bound Session Credentials: a copied cookie is
   * worth nothing after minutes. Other browsers go on as without it. Experimental. Default false.
   */
  deviceBound?: boolean | DeviceOptions | undefined
  /** Attributes of the cookie, or a function that returns them for a request. */
  cookie?: CookieOption | undefined
  /** The most bytes of the cookie's name and value, from 256 to 4096. Default 4093. */
  sizeLimit?: number | undefined
  /**
   * Warns once when the head of a response with a session is larger than this many bytes: at least 1, or `Infinity`.
   * Default 4000; set 3400 behind nginx with `proxy_cache`.
   */
  warnAt?: number | undefined
  /**
   * Sends `Vary: Cookie` if the session was read, `Cache-Control: private` if it has data and the app sets no
   * `Cache-Control`, and `no-store` if it is written. Default true.
   */
  cacheControl?: boolean | undefined
  /**
   * Decides, before the app's handler runs, whether the session of a request may go on: false ends it. An error goes
   * to `next`, and the handler does not run. It may change the session, to refresh its data.
   */
  validate?(session: Session<Data>, req: SessionRequest): boolean | Promise<boolean>
  /** Calls `validate` once in this duration for each session; 0: with every request. Default 0. */
  validateEvery?: number | string | undefined
  /** Sets a small cookie at log-out, so that a late response cannot bring the session back. Default true. */
  logoutGuard?: boolean | undefined
  /**
   * Uses one cookie only, and so no logout guard, for hosts that pass on no other, such as Firebase Hosting with its
   * `__session`. Default false.
   */
  oneCookie?: boolean | undefined
  /**
   * Readers of other packages' sessions, and of our own under a former name or scope, from `sealed-session/migrate`; the
   * first that finds one counts. Default `[]`.
   */
  migrateFrom?: readonly SessionReader[] | undefined
  /** Gets every event. The `sealed-session` diagnostics channel publishes them as well. */
  onEvent?: ((event: SessionEvent) => void) | undefined
  /**
   * Answers where a session could not be sealed and `next` is not Express's: on bare `http`, behind Fastify's `middie`,
   * `koa-connect`, Next.js, socket.io. Default: a plain 500. Under Express, its error handlers answer.
   */
  onError?: ((error: unknown, req: SessionRequest, res: SessionResponse) => unknown) | undefined
}

/** The names of the options. */
export const SESSION_OPTIONS: readonly (keyof SessionOptions)[] = [
  'keys',
  'name',
  'property',
  'idleTimeout',
  'absoluteTimeout',
  'slide',
  'schema',
  'alg',
  'enc',
  'audience',
  'deviceBound',
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
