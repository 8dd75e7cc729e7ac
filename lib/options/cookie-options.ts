import type { CheckedAttributes } from '../cookie/attributes.js'
import { invalid } from '../errors.js'
import type { SessionRequest } from '../types.js'
import { isObject, isPromise, onFailure, own } from '../values.js'
import { checkNames } from './option-names.js'

/** Attributes of the cookie (RFC 6265, section 4.1.2). `Max-Age` follows from the timeouts. */
export interface CookieOptions {
  /**
   * `'auto'`: Secure on HTTPS; `true`: always; `false`: never; `'assume'`: always, and every request counts as HTTPS,
   * for a proxy that ends TLS and cannot say so. Default `'auto'`.
   */
  secure?: boolean | 'auto' | 'assume' | undefined
  /** Hides the cookie from scripts. Default true. */
  httpOnly?: boolean | undefined
  /**
   * `true` is `'strict'`; `'none'` needs `secure: true`; `false` leaves the attribute out, for very old WebKit.
   * Default `'lax'`.
   */
  sameSite?: 'lax' | 'strict' | 'none' | boolean | undefined
  /**
   * The browser sends the cookie below this path, of at most 1024 bytes. Elsewhere there is no session. Default `'/'`.
   */
  path?: string | undefined
  /** The browser sends the cookie to this domain and those below it. Default none: to this host only. */
  domain?: string | undefined
  /** CHIPS: a cookie jar for each site that embeds this one. Needs `secure: true`. Default false. */
  partitioned?: boolean | undefined
  /** Some browsers drop cookies of a lower priority first. Default none. */
  priority?: 'low' | 'medium' | 'high' | undefined
  /**
   * Adds to the name, on HTTPS, the prefix that the attributes allow (RFC 6265bis, section 4.1.3). With `false`, for
   * hosts that pass on one name only, other hosts of the domain can plant a session. Default true.
   */
  prefix?: boolean | undefined
  /**
   * Another name for `idleTimeout`, for apps that come from express-session or cookie-session. null ends every session
   * with the browser.
   */
  maxAge?: number | string | null | undefined
}

/** Attributes, or a function that returns them for a request. */
export type CookieOption = CookieOptions | ((req: SessionRequest) => Omit<CookieOptions, 'maxAge'> & { maxAge?: never })

/** The names of the options under `cookie`. */
export const COOKIE_OPTIONS: readonly (keyof CookieOptions)[] = [
  'secure',
  'httpOnly',
  'sameSite',
  'path',
  'domain',
  'partitioned',
  'priority',
  'prefix',
  'maxAge',
]

/**
 * Checks attributes and fills in the defaults. As express-session and cookie-session do, it takes `sameSite: true` and
 * any case.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for a value of the wrong kind
 */
export function attributesFrom(cookie: CookieOptions): CheckedAttributes {
  const {
    secure = 'auto',
    httpOnly = true,
    sameSite = 'lax',
    path = '/',
    domain,
    partitioned = false,
    priority,
    prefix = true,
  } = own(cookie)
  return {
    secure: oneOf('cookie.secure', secure, [true, false, 'auto', 'assume']),
    httpOnly: oneOf('cookie.httpOnly', httpOnly, [true, false]),
    sameSite: sameSiteOf(sameSite),
    path: text('path', path),
    domain: domain === undefined ? undefined : text('domain', domain),
    partitioned: oneOf('cookie.partitioned', partitioned, [true, false]),
    priority: oneOf('cookie.priority', lowerCase(priority), ['low', 'medium', 'high', undefined]),
    prefix: oneOf('cookie.prefix', prefix, [true, false]),
  }
}

function sameSiteOf(given: unknown): CheckedAttributes['sameSite'] {
  const sameSite = given === true ? 'strict' : lowerCase(given)
  if (sameSite === 'auto') {
    throw invalid(
      `cookie.sameSite "auto" is not known: leave it out for "lax", or, where other sites embed yours, set cookie: { sameSite: 'none', secure: true, partitioned: true }`,
    )
  }
  return oneOf('cookie.sameSite', sameSite, ['lax', 'strict', 'none', false])
}

/** The `maxAge` of the option. `lifetimesFrom` checks it with the timeouts. */
export function maxAgeOf(cookie: CookieOption | undefined): CookieOptions['maxAge'] {
  return typeof cookie === 'object' && cookie !== null ? own(cookie).maxAge : undefined
}

/**
 * Makes the cookie's settings: once, or for each request if the option is a function.
 *
 * @param settingsOf makes settings of attributes whose names are known
 * @param others the names of the options beside `cookie`, to find one that is in the wrong place
 * @throws {SessionError} `ERR_SESSION_OPTIONS`, now or, for a function, when it is called
 */
export function cookiesFrom<Settings>(
  cookie: CookieOption = {},
  settingsOf: (attributes: CookieOptions) => Settings,
  others: readonly string[],
): (req: SessionRequest | undefined) => Settings {
  if (typeof cookie !== 'function') {
    checkCookieNames(cookie, others)
    const settings = settingsOf(cookie)
    return () => settings
  }
  return (req) => {
    if (req === undefined)
      throw invalid('cookie is a function of the request, and seal() was given none: call seal(data, { req })')
    const attributes: unknown = cookie(req)
    if (isPromise(attributes)) {
      onFailure(attributes)
      throw invalid('cookie returned a promise, but headers cannot wait for one: return an object')
    }
    checkCookieNames(attributes, others)
    if (Object.hasOwn(attributes, 'maxAge')) {
      throw invalid('cookie.maxAge cannot depend on the request: set session.cookie.maxAge instead')
    }
    return settingsOf(attributes)
  }
}

function checkCookieNames(cookie: unknown, others: readonly string[]): asserts cookie is CookieOptions {
  if (!isObject(cookie)) {
    throw invalid('cookie must be an object of attributes, or a function that returns one')
  }
  checkNames(cookie, COOKIE_OPTIONS, others, 'cookie.')
}

/**
 * The value of an option that takes one of a few.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS`, with the values that it takes
 */
export function oneOf<const Value>(option: string, value: unknown, values: readonly Value[]): Value {
  if (values.includes(value as Value)) return value as Value
  const choices = values.filter((choice) => choice !== undefined).map((choice) => JSON.stringify(choice))
  throw invalid(`${option} must be ${choices.join(' or ')}`)
}

function text(attribute: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`cookie.${attribute} must be text, such as ${attribute === 'path' ? '"/"' : '"example.com"'}`)
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value
}
