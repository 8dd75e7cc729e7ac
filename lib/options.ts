import type { CookieSettings } from './cookie/attributes.js'
import { checkName } from './cookie-name.js'
import { COOKIE_OPTIONS, type CookieOption, cookiesFrom, maxAgeOf } from './cookie-options.js'
import { SessionError } from './errors.js'
import { type Report, reporter, type SessionEvent } from './events.js'
import { defaultKeys } from './keys/default.js'
import { KeyRing } from './keys/ring.js'
import type { KeyInput } from './keys/source.js'
import { type Lifetimes, lifetimesFrom } from './lifetimes.js'
import { checkNames } from './option-names.js'
import { isOfEveryRequest } from './request-names.js'
import type { Enc } from './token/content.js'
import type { Alg } from './token/header.js'
import { keysOfCookie, type TokenKeys } from './token/key.js'
import type { SessionRequest } from './types.js'

export interface SessionOptions {
  /** A secret of at least 32 bytes, several (newest first), an `oct` JWK, a JWK Set, or a `KeyRing`. Default `process.env.SESSION_KEYS`. */
  keys?: KeyInput | KeyRing | undefined
  /** The cookie's base name; `__Host-` or `__Secure-` is added on HTTPS. Default `'session'`. */
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
  /** Warns once when the response head that carries the cookie is larger, in bytes. Default 4000; 3400 behind nginx's cache. */
  warnAt?: number | undefined
  /** `Vary: Cookie` where the session was read, `Cache-Control: no-store` where it is written. Default true. */
  cacheControl?: boolean | undefined
  /** Called with every event, as they are also published on the `sealed-session` diagnostics channel. */
  onEvent?: ((event: SessionEvent) => void) | undefined
}

/** The options as the middleware uses them: checked once, complete, frozen. */
export interface Settings extends Lifetimes {
  readonly name: string
  readonly property: string
  readonly keys: TokenKeys
  /** The cookie for a request; undefined where there is none, which a `cookie` function may need. */
  cookieFor(req: SessionRequest | undefined): CookieSettings
  readonly sizeLimit: number
  readonly warnAt: number
  readonly cacheControl: boolean
  readonly report: Report
  readonly production: boolean
}

const SESSION_OPTIONS: readonly (keyof SessionOptions)[] = [
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
  'cacheControl',
  'onEvent',
]

/** RFC 6265bis, section 5.6: a longer cookie is ignored. */
const BROWSER_LIMIT = 4096
/** Less than this holds no session. */
const LEAST_LIMIT = 256

/**
 * Checks every option, once, and fills in the defaults.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` or `ERR_SESSION_KEYS`, with the fix
 */
export function settingsFrom(options: SessionOptions = {}): Settings {
  checkOptionNames(options)
  const {
    name = 'session',
    property = 'session',
    alg = 'dir',
    enc = 'A256GCM',
    cacheControl = true,
    sizeLimit = 4093,
    warnAt = 4000,
    onEvent,
  } = options
  const production = process.env['NODE_ENV'] === 'production'
  checkTypes({ name, property, cacheControl, onEvent })
  const sealing = { alg: oneOf('alg', alg, ['dir', 'A256KW']), enc: oneOf('enc', enc, ['A256GCM', 'A256CBC-HS512']) }
  checkName(name)
  if (isOfEveryRequest(property)) {
    throw invalid(`property "${property}" is taken by every request: choose another name`)
  }
  return Object.freeze({
    name,
    property,
    keys: keysOfCookie(ringFrom(options.keys, production), name, sealing),
    ...lifetimesFrom(options.idleTimeout, options.absoluteTimeout, maxAgeOf(options.cookie)),
    cookieFor: cookiesFrom(options.cookie, name, SESSION_OPTIONS),
    sizeLimit: between('sizeLimit', sizeLimit, LEAST_LIMIT, BROWSER_LIMIT),
    warnAt: between('warnAt', warnAt, 1, Number.POSITIVE_INFINITY),
    cacheControl,
    report: reporter(onEvent),
    production,
  })
}

function checkOptionNames(options: unknown): asserts options is SessionOptions {
  if (isObject(options) && 'headers' in options && 'socket' in options) {
    throw invalid('session is a factory and was given a request: call it, app.use(session({ keys }))')
  }
  if (!isObject(options)) throw invalid('session takes an object of options: session({ keys })')
  const attributes = COOKIE_OPTIONS.map((attribute) => `cookie.${attribute}`)
  checkNames(options, SESSION_OPTIONS, attributes, '')
}

function checkTypes({ name, property, cacheControl, onEvent }: Record<string, unknown>): void {
  if (typeof name !== 'string') throw invalid('name takes the name of the cookie, such as "session"')
  if (typeof property !== 'string' || property === '') throw invalid('property takes a name, such as "session"')
  if (typeof cacheControl !== 'boolean') throw invalid('cacheControl takes true or false')
  if (onEvent !== undefined && typeof onEvent !== 'function') throw invalid('onEvent takes a function')
}

function ringFrom(keys: KeyInput | KeyRing | undefined, production: boolean): KeyRing {
  if (keys instanceof KeyRing) return keys
  return keys === undefined ? defaultKeys(process.env['SESSION_KEYS'], production) : KeyRing.from(keys)
}

function between(option: string, value: unknown, least: number, most: number): number {
  const whole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY
  if (whole && (value as number) >= least && (value as number) <= most) return value as number
  const range = most === Number.POSITIVE_INFINITY ? `from ${least}` : `from ${least} to ${most}`
  throw invalid(`${option} takes a whole number of bytes ${range}`)
}

function oneOf<Choice extends string>(option: string, value: unknown, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === value)
  if (choice !== undefined) return choice
  throw invalid(`${option} takes ${choices.map((one) => `"${one}"`).join(' or ')}`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): SessionError {
  return new SessionError('ERR_SESSION_OPTIONS', message)
}
