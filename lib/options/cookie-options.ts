import { type CheckedAttributes, type CookieSettings, cookieSettings } from '../cookie/attributes.js'
import { invalid } from '../errors.js'
import { isObject } from '../json.js'
import { own } from '../own.js'
import type { SessionRequest } from '../types.js'
import { checkNames } from './option-names.js'

/** Attributes of the cookie. `Max-Age` follows from the timeouts; `Expires` is sent to remove it only. */
export interface CookieOptions {
  /**
   * `'auto'` (default): Secure on HTTPS; `true`: always; `false`: never; `'assume'`: always, and every request counts as
   * HTTPS, for a proxy that ends TLS and cannot say so.
   */
  secure?: boolean | 'auto' | 'assume' | undefined
  /** Default true: no script in the page sees the cookie. */
  httpOnly?: boolean | undefined
  /** Default `'lax'`; `true` means `'strict'`, and `false` leaves the attribute out, for very old WebKit. */
  sameSite?: 'lax' | 'strict' | 'none' | boolean | undefined
  /** Default `'/'`. */
  path?: string | undefined
  /** Default none: the cookie goes back to this host only. */
  domain?: string | undefined
  /** CHIPS: a cookie jar for each top-level site that embeds this one. Needs `secure: true`. */
  partitioned?: boolean | undefined
  priority?: 'low' | 'medium' | 'high' | undefined
  /**
   * Default true: on HTTPS the name gets the prefix that the attributes allow. `false` keeps `Secure` under the very
   * name, for hosts that pass on one name only; then others can plant a session.
   */
  prefix?: boolean | undefined
  /**
   * Another name for `idleTimeout`, for apps that come from express-session or cookie-session; null makes every
   * session end with the browser.
   */
  maxAge?: number | string | null | undefined
}

/** Attributes, or a function that gives them for a request. */
export type CookieOption = CookieOptions | ((req: SessionRequest) => Omit<CookieOptions, 'maxAge'> & { maxAge?: never })

/** The names of the attributes, as they are written under `cookie`. */
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
 * Checks attributes and fills in the defaults. Spellings that the ancestors take are taken: `sameSite: true`, and
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
      `cookie.sameSite "auto" is not known: leave it out for "lax", or, where other sites embed yours, give { sameSite: 'none', secure: true }`,
    )
  }
  return oneOf('cookie.sameSite', sameSite, ['lax', 'strict', 'none', false])
}

/** What the option says of `maxAge`, which is checked with the timeouts. */
export function maxAgeOf(cookie: CookieOption | undefined): CookieOptions['maxAge'] {
  return typeof cookie === 'object' && cookie !== null ? own(cookie).maxAge : undefined
}

/**
 * The cookie for a request, or without one. It is made once, unless the option is a function.
 *
 * @param others the names of the options beside `cookie`, for one that slipped in here
 * @throws {SessionError} `ERR_SESSION_OPTIONS`, at construction or, for a function, when it is called
 */
export function cookiesFrom(
  cookie: CookieOption = {},
  name: string,
  others: readonly string[],
): (req: SessionRequest | undefined) => CookieSettings {
  if (typeof cookie !== 'function') {
    checkCookieNames(cookie, others)
    const settings = cookieSettings(name, attributesFrom(cookie))
    return () => settings
  }
  return (req) => {
    if (req === undefined)
      throw invalid('cookie is a function of the request, and seal() has none: call seal(data, { req })')
    const attributes: unknown = cookie(req)
    if (attributes instanceof Promise) {
      throw invalid('cookie returned a promise, but headers cannot wait for one: return an object')
    }
    checkCookieNames(attributes, others)
    if (Object.hasOwn(attributes, 'maxAge')) {
      throw invalid('cookie.maxAge cannot depend on the request: set req.session.cookie.maxAge instead')
    }
    return cookieSettings(name, attributesFrom(attributes))
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
