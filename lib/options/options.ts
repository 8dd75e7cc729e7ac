import { checkName, seconds } from '../checks.js'
import { DEFAULT_SIZE_LIMIT, MAX_COOKIE_BYTES } from '../cookie/budget.js'
import type { DeviceSettings } from '../device/tokens.js'
import { invalid, type SessionError } from '../errors.js'
import { type Report, reporter } from '../events.js'
import { defaultKeys } from '../keys/default.js'
import { endedPurpose, KeyRing, seenPurpose } from '../keys/ring.js'
import { checkAudience } from '../keys/root.js'
import type { Lifetimes } from '../session/lifetime.js'
import { isUsable } from '../session/schema.js'
import { keysFor, keysOfCookie } from '../token/key.js'
import type { SessionReader, SessionRequest, SessionSchema } from '../types.js'
import { isObject, isPromise, onFailure, own } from '../values.js'
import { warnOnce } from '../warnings.js'
import { COOKIE_OPTIONS, type CookieOptions, cookiesFrom, maxAgeOf, oneOf } from './cookie-options.js'
import { checkBindable, deviceFrom } from './device.js'
import { type CookieKeys, type Former, formerScopeOf, type ScopedSettings, scopedSettings } from './former.js'
import { lifetimesFrom, warnOfLongDurations, warnOfSecondsIn } from './lifetimes.js'
import { checkNames, isOfEveryRequest } from './option-names.js'
import { SESSION_OPTIONS, type SessionOptions } from './session-options.js'

/** The options as the middleware uses them: checked, complete, frozen. */
export interface Settings extends Lifetimes, CookieKeys {
  readonly name: string
  /** The base names that the cookie has, and had. */
  readonly names: readonly string[]
  readonly property: string
  /** The cookie for a request. Without a request it throws if `cookie` is a function. */
  cookieFor(req: SessionRequest | undefined): ScopedSettings
  /** Outside of this path there is no session. `/` if `cookie` is a function. */
  readonly path: string
  readonly sizeLimit: number
  readonly warnAt: number
  readonly cacheControl: boolean
  readonly validate: NonNullable<SessionOptions['validate']> | undefined
  /** Seconds; 0: with every request. */
  readonly validateEvery: number
  /** Whether a request counts as use. @throws {SessionError} if the app's function does not tell */
  slides(req: SessionRequest): boolean
  /** Whether the app's function has ever told. Until it has, it is asked about every session that comes. */
  slideIsTried(): boolean
  /** Whether the session's own cookie is the only one. */
  readonly oneCookie: boolean
  readonly schema: SessionSchema | undefined
  /** undefined where sessions are bound to no device. */
  readonly device: DeviceSettings | undefined
  /** Readers of other packages' cookies. */
  readonly migrateFrom: readonly SessionReader[]
  readonly report: Report
  readonly onError: SessionOptions['onError']
  readonly production: boolean
}

/** Less than this holds no session. */
const MIN_SIZE_LIMIT = 256

/**
 * Checks every option, once, and fills in the defaults.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` or `ERR_SESSION_KEYS`, with the fix
 */
export function settingsFrom(given: SessionOptions = {}): Settings {
  checkOptionNames(given)
  const options = own(given)
  const {
    name = 'session',
    property = 'session',
    alg = 'dir',
    enc = 'A256GCM',
    cacheControl = true,
    sizeLimit = DEFAULT_SIZE_LIMIT,
    warnAt = 4000,
    oneCookie = false,
    logoutGuard = !oneCookie,
    slide = true,
    migrateFrom = [],
    onEvent,
    onError,
  } = options
  const production = process.env['NODE_ENV'] === 'production'
  checkTypes({ name, property, cacheControl, logoutGuard, oneCookie, slide, onEvent, onError })
  const { audience } = options
  // A variable that is not set must not mean none.
  if ('audience' in options) checkAudience(audience)
  // With an own audience always, so that `Object.prototype` has no say.
  const sealing = {
    alg: oneOf('alg', alg, ['dir', 'A256KW']),
    enc: oneOf('enc', enc, ['A256GCM', 'A256CBC-HS512']),
    audience,
  }
  checkName(name)
  if (isOfEveryRequest(property)) {
    throw invalid(`property "${property}" is the name of a property that every request has: choose another name`)
  }
  const maxAge = maxAgeOf(options.cookie)
  const { idleTimeout, absoluteTimeout, validateEvery } = options
  if (!production) warnOfSecondsIn({ idleTimeout, absoluteTimeout, 'cookie.maxAge': maxAge, validateEvery })
  const lifetimes = lifetimesFrom(idleTimeout, absoluteTimeout, maxAge)
  const validation = validationFrom(options)
  if (!production) {
    warnOfLongDurations(lifetimes, validation.validateEvery, maxAge == null ? 'idleTimeout' : 'cookie.maxAge')
  }
  const ring = ringFrom(options, production)
  const keysUnder = (base: string): CookieKeys => ({
    keys: keysOfCookie(ring, base, sealing),
    guardKeys: logoutGuard ? keysFor(ring, endedPurpose(base), sealing) : undefined,
    activityKeys: keysFor(ring, seenPurpose(base), sealing),
  })
  const keys = keysUnder(name)
  const readers = readersFrom(migrateFrom, oneCookie)
  const formers = readers.flatMap((reader): Former[] => {
    const scope = formerScopeOf(reader)
    if (scope === undefined) return []
    const base = scope.name ?? name
    return [{ name: base, scope, keys: base === name ? keys : keysUnder(base) }]
  })
  const device = deviceFrom(options.deviceBound, {
    ...{ name, ring, sealing, oneCookie },
    absoluteTimeout: lifetimes.timeouts.absolute,
    cookie: typeof options.cookie === 'object' ? options.cookie : undefined,
  })
  const scopedOf = scopedSettings(name, formers, typeof options.cookie === 'function')
  const settingsOf = (attributes: CookieOptions) => {
    if (device) checkBindable(attributes)
    return scopedOf(attributes)
  }
  const cookieFor = cookiesFrom(options.cookie, settingsOf, SESSION_OPTIONS)
  return Object.freeze({
    name,
    names: [name, ...formers.map((one) => one.name)],
    property,
    ...keys,
    ...slidesFrom(slide),
    ...lifetimes,
    cookieFor,
    path: typeof options.cookie === 'function' ? '/' : cookieFor(undefined).overHttp.attributes.path,
    sizeLimit: between('sizeLimit', sizeLimit, MIN_SIZE_LIMIT, MAX_COOKIE_BYTES),
    warnAt: between('warnAt', warnAt, 1, Number.POSITIVE_INFINITY),
    cacheControl,
    ...validation,
    oneCookie,
    schema: schemaFrom(options.schema),
    device,
    migrateFrom: readers.filter((reader) => formerScopeOf(reader) === undefined),
    report: reporter(onEvent),
    onError,
    production,
  })
}

function checkOptionNames(options: unknown): asserts options is SessionOptions {
  if (isObject(options) && 'headers' in options && 'socket' in options) {
    throw invalid('session is not a middleware, but makes one: call it, as in app.use(session({ keys }))')
  }
  if (isPromise(options)) throw invalid('session() was given a promise of options: await it first')
  if (options instanceof KeyRing) throw invalid('session() was given a KeyRing: call session({ keys: ring })')
  if (!isObject(options) || Object.prototype.toString.call(options) !== '[object Object]') {
    throw invalid('session() takes an object of options: call session({ keys })')
  }
  const attributes = COOKIE_OPTIONS.map((attribute) => `cookie.${attribute}`)
  checkNames(options, SESSION_OPTIONS, attributes, '')
}

function checkTypes({
  name,
  property,
  cacheControl,
  logoutGuard,
  oneCookie,
  slide,
  onEvent,
  onError,
}: Record<string, unknown>): void {
  if (typeof name !== 'string') throw invalid('name must be the name of a cookie, such as "session"')
  if (typeof property !== 'string' || !/^\S+$/.test(property))
    throw invalid('property must be a name, such as "session"')
  if (typeof cacheControl !== 'boolean') throw invalid('cacheControl must be true or false')
  if (typeof logoutGuard !== 'boolean') throw invalid('logoutGuard must be true or false')
  if (typeof oneCookie !== 'boolean') throw invalid('oneCookie must be true or false')
  if (oneCookie && logoutGuard)
    throw invalid('oneCookie has no room for the cookie of logoutGuard: leave one of them out')
  if (typeof slide !== 'boolean' && typeof slide !== 'function') {
    throw invalid('slide must be true, false, or a function that returns one of them for a request')
  }
  if (onEvent !== undefined && typeof onEvent !== 'function') throw invalid('onEvent must be a function')
  if (onError !== undefined && typeof onError !== 'function') throw invalid('onError must be a function')
}

function ringFrom(options: SessionOptions, production: boolean): KeyRing {
  const { keys } = options
  if (keys instanceof KeyRing) return keys
  // As from `process.env.ADMIN_KEYS`, which was not to mean the keys of another app.
  if (keys === undefined && 'keys' in options && process.env['SESSION_KEYS']) {
    warnOnce(
      'SESSION_WARN_KEYS',
      'keys is undefined, as from a variable that is not set or is misspelled, so those of SESSION_KEYS are used: ' +
        'set it, or leave "keys" out',
      'undefined',
    )
  }
  return keys === undefined ? defaultKeys(process.env['SESSION_KEYS'], production) : KeyRing.from(keys)
}

function validationFrom({ validate, validateEvery = 0 }: SessionOptions): Pick<Settings, 'validate' | 'validateEvery'> {
  if (validate !== undefined && typeof validate !== 'function') throw invalid('validate must be a function')
  if (validateEvery === 0) return { validate, validateEvery }
  if (validate === undefined) throw invalid('validateEvery has no effect without validate: set both')
  return { validate, validateEvery: seconds(validateEvery, 'validateEvery') }
}

function slidesFrom(slide: boolean | ((req: SessionRequest) => unknown)): Pick<Settings, 'slides' | 'slideIsTried'> {
  if (typeof slide === 'boolean') return { slides: () => slide, slideIsTried: () => true }
  let isTried = false
  const slides = (req: SessionRequest) => {
    const answer = slide(req)
    isTried = typeof answer === 'boolean'
    if (typeof answer === 'boolean') return answer
    if (isPromise(answer)) onFailure(answer)
    throw invalid('slide returned neither true nor false: return one of them at once, not a promise')
  }
  return { slides, slideIsTried: () => isTried }
}

function schemaFrom(schema: SessionSchema | undefined): SessionSchema | undefined {
  if (schema === undefined) return undefined
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw invalid('schema must be a Standard Schema, such as z.object({ ... }) of zod or v.object({ ... }) of valibot')
  }
  if (isUsable(schema)) return schema
  throw invalid(
    'schema threw, or returned a promise, for a session without data: set one that answers at once and does not throw',
  )
}

function readersFrom(migrateFrom: unknown, oneCookie: boolean): readonly SessionReader[] {
  const readers = Array.isArray(migrateFrom) ? migrateFrom : []
  if (readers !== migrateFrom || !readers.every((one) => typeof one?.read === 'function')) throw noReaders()
  if (oneCookie && readers.length > 0)
    throw invalid('oneCookie leaves no way to remove the cookies of migrateFrom: leave one of them out')
  return Object.freeze([...readers])
}

function noReaders(): SessionError {
  return invalid('migrateFrom must be an array of readers, such as [cookieSession({ keys })] of sealed-session/migrate')
}

function between(option: string, value: unknown, least: number, most: number): number {
  const whole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY
  if (whole && (value as number) >= least && (value as number) <= most) return value as number
  const range = most === Number.POSITIVE_INFINITY ? `from ${least}, or Infinity` : `from ${least} to ${most}`
  throw invalid(`${option} must be a whole number of bytes ${range}`)
}
