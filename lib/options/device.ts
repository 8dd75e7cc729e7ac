import { readable, seconds } from '../checks.js'
import { endpointEnd } from '../device/binding.js'
import type { DeviceSettings } from '../device/tokens.js'
import { invalid } from '../errors.js'
import { boundPurpose, challengePurpose, devicePurpose, type KeyRing } from '../keys/ring.js'
import { keysFor, type SealingFor } from '../token/key.js'
import { isObject, own } from '../values.js'
import type { CookieOptions } from './cookie-options.js'
import { checkNames } from './option-names.js'

/** How sessions are bound to the device that they began on. Experimental. */
export interface DeviceOptions {
  /**
   * How long a proof counts that the browser still has the device's key, from `'5m'` to `'1h'`. A copied cookie is
   * worth nothing after this time and a minute. Default `'10m'`.
   */
  proofTimeout?: number | string | undefined
  /**
   * A session that is not bound ends this long after it began: at least `'1m'`, at most `absoluteTimeout`. Default
   * `absoluteTimeout`.
   */
  unboundTimeout?: number | string | undefined
  /**
   * Hosts of the same site whose pages call this one by scripts, forms or frames, such as `'app.example.com'` for an API
   * on `api.example.com`. Default `[]`.
   */
  initiators?: readonly string[] | undefined
  /** With `false`, a session that is not proved goes on, and only the event says so. Default true. */
  enforce?: boolean | undefined
  /**
   * The path of the endpoint as browsers see it, where a proxy strips a prefix: `'/shop/.bound/session'`. Default: below
   * the path that the middleware is mounted at.
   */
  path?: string | undefined
}

/** The names of the options under `deviceBound`. */
export const DEVICE_OPTIONS: readonly (keyof DeviceOptions)[] = [
  'proofTimeout',
  'unboundTimeout',
  'initiators',
  'enforce',
  'path',
]

const MINUTE = 60
/** In seconds. Browsers sign at most six times in nine minutes for a site. */
const MIN_PROOF = 5 * MINUTE
const MAX_PROOF = 60 * MINUTE
/** A host name as `URL` writes it. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** What the option is checked against. */
export interface DeviceCircumstances {
  /** The cookie's base name. */
  readonly name: string
  readonly ring: KeyRing
  readonly sealing: SealingFor
  /** Seconds. */
  readonly absoluteTimeout: number
  /** The attributes of the cookie; undefined if they depend on the request. */
  readonly cookie: Pick<CookieOptions, 'domain' | 'path' | 'secure' | 'partitioned'> | undefined
  readonly oneCookie: boolean
}

/**
 * Checks the option `deviceBound`. Undefined where it is off.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS`, with the fix
 */
export function deviceFrom(given: unknown, circumstances: DeviceCircumstances): DeviceSettings | undefined {
  if (given === undefined || given === false) return undefined
  if (given !== true && !isObject(given)) throw invalid('deviceBound must be true, false, or an object of options')
  const options: DeviceOptions = own(given === true ? {} : given)
  checkNames(options, DEVICE_OPTIONS, [], 'deviceBound.')
  const { name, ring, sealing, absoluteTimeout, cookie, oneCookie } = circumstances
  if (oneCookie) throw invalid('deviceBound needs a second cookie, which oneCookie forbids: leave one of them out')
  if (cookie) checkBindable(cookie)
  const { enforce = true } = options
  if (typeof enforce !== 'boolean') throw invalid('deviceBound.enforce must be true or false')
  const keys = (purpose: string) => keysFor(ring, purpose, sealing)
  return Object.freeze({
    proofKeys: keys(boundPurpose(name)),
    linkKeys: keys(devicePurpose(name)),
    challengeKeys: keys(challengePurpose(name)),
    proofTimeout: proofTimeoutFrom(options.proofTimeout),
    unboundTimeout: unboundTimeoutFrom(options.unboundTimeout, absoluteTimeout),
    initiators: initiatorsFrom(options.initiators),
    enforce,
    path: pathFrom(options.path, name, cookie?.path),
  })
}

/** @throws {SessionError} `ERR_SESSION_OPTIONS` for a cookie in which a session cannot be bound */
export function checkBindable(cookie: NonNullable<DeviceCircumstances['cookie']>): void {
  if (cookie.domain !== undefined) {
    throw invalid('deviceBound binds a session to one host, and cookie.domain names several: leave one of them out')
  }
  if (cookie.secure === false) {
    throw invalid('deviceBound works over HTTPS only, and cookie.secure is false: leave cookie.secure out')
  }
  if (cookie.partitioned === true) {
    throw invalid('deviceBound does not work in a partitioned cookie: leave cookie.partitioned out')
  }
}

function proofTimeoutFrom(given: unknown): number {
  if (given === undefined) return 10 * MINUTE
  const timeout = seconds(given, 'deviceBound.proofTimeout')
  if (timeout >= MIN_PROOF && timeout <= MAX_PROOF) return timeout
  throw invalid(`deviceBound.proofTimeout is ${readable(timeout)}: set it between '5m' and '1h'`)
}

function unboundTimeoutFrom(given: unknown, absoluteTimeout: number): number {
  if (given === undefined) return Number.POSITIVE_INFINITY
  const timeout = seconds(given, 'deviceBound.unboundTimeout')
  if (timeout < MINUTE) {
    throw invalid("deviceBound.unboundTimeout leaves a browser no time to bind the session: set at least '1m'")
  }
  if (timeout <= absoluteTimeout) return timeout
  throw invalid(
    `deviceBound.unboundTimeout (${readable(timeout)}) is longer than absoluteTimeout (${readable(absoluteTimeout)}): shorten deviceBound.unboundTimeout`,
  )
}

function initiatorsFrom(given: unknown): readonly string[] {
  if (given === undefined) return []
  if (!Array.isArray(given))
    throw invalid("deviceBound.initiators must be an array of hosts, such as ['app.example.com']")
  for (const host of given) {
    if (typeof host === 'string' && host.includes('*')) {
      throw invalid(
        'deviceBound.initiators takes no wildcard, as the pages of every host could sign users out: set each host',
      )
    }
    if (typeof host !== 'string' || !HOST.test(host)) {
      throw invalid(
        "deviceBound.initiators takes host names in lower case, without scheme, port or path: set ['app.example.com']",
      )
    }
  }
  return Object.freeze([...given])
}

function pathFrom(given: unknown, name: string, scope = '/'): string | undefined {
  if (given === undefined) return undefined
  const end = endpointEnd(name)
  if (typeof given === 'string' && given.endsWith(end) && /^\/(?!\/)[!$->@-[\]-~]*$/.test(given)) {
    if (given.startsWith(scope.endsWith('/') ? scope : `${scope}/`)) return given
    throw invalid(
      `deviceBound.path "${given}" is outside of cookie.path "${scope}", so no session would be bound: set a path below it`,
    )
  }
  throw invalid(`deviceBound.path must be a path without a query that ends in "${end}", such as "/shop${end}"`)
}
