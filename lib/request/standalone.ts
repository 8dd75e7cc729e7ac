import { epochSeconds } from '../clock.js'
import { isProved, unboundEndOf } from '../device/binding.js'
import { invalid, SessionError } from '../errors.js'
import { openedRequest } from '../http/request.js'
import { checkNames } from '../options/option-names.js'
import type { Settings } from '../options/options.js'
import { isObjectLiteral } from '../session/altered.js'
import { endOf } from '../session/lifetime.js'
import { newRecord } from '../session/record.js'
import { copyOf, readAgain } from '../session/schema.js'
import { dataFrom } from '../session/serialize.js'
import { jsonOf } from '../session/session.js'
import type { Claims } from '../token/claims.js'
import type { OpenableRequest, OpenResult, SealedCookie, SessionRequest } from '../types.js'
import { inspectAs, isObject, own, sessionByKeys } from '../values.js'
import { type LoadedSession, load } from './load.js'
import { requestCookie } from './request-cookie.js'
import { sealSession } from './seal-session.js'

/** For whom a session is sealed. */
export interface SealOptions {
  /** Whether the cookie is for HTTPS. Default: as `cookie.secure` says; for `'auto'`, in production only. */
  readonly secure?: boolean | undefined
  /** What a `cookie` function is called with. */
  readonly req?: SessionRequest | undefined
}

/**
 * Reads the session of a request that has no response to write to.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for what is no request
 */
export function openFrom(given: OpenableRequest, settings: Settings): OpenResult<object> {
  const { cookie, security, req } = openedRequest(given)
  const { names, former } = requestCookie(settings.cookieFor(req), security, settings, cookie)
  const loaded = load(cookie, names, settings, epochSeconds(), former)
  if (loaded.status === 'valid') {
    // What a schema gives to every session must not be frozen.
    const data = loaded.json === undefined ? loaded.data : copyOf(loaded.data)
    return {
      session: new FrozenSession(loaded.claims, data, endOfLoaded(loaded, settings), isProved(loaded.binding)),
      rejected: null,
    }
  }
  return { session: null, rejected: loaded.status === 'rejected' ? loaded.reason : null }
}

function endOfLoaded({ claims, lastUse, binding }: LoadedSession, { timeouts, device }: Settings): number {
  return Math.min(endOf(claims, timeouts, lastUse), unboundEndOf(claims.sat, binding?.dev, device))
}

/** Seals a session that no response carries. */
export function sealStandalone(data: object, how: SealOptions = {}, settings: Settings): SealedCookie {
  if (!isObject(how)) throw invalid('seal() takes its options as an object: seal(data, { secure: true })')
  checkNames(how, ['secure', 'req'], [], 'seal()')
  const { secure: wanted, req } = own<SealOptions>(how)
  const attributes = settings.cookieFor(req)
  const secure = wanted ?? (attributes.secure === 'auto' ? settings.production : attributes.secure !== false)
  const cookie = requestCookie(attributes, { secure, known: true }, settings, undefined)
  if (cookie.refused) throw insecure()
  const now = epochSeconds()
  const sealable = { record: newRecord(now), json: jsonOf(dataFrom(data)) }
  const { token, line } = sealSession(sealable, cookie, settings, now)
  readAgain(sealable.json, settings)
  const { name } = cookie.profile
  return { name, value: token, setCookie: line, cookie: `${name}=${token}` }
}

function insecure(): SessionError {
  return new SessionError(
    'ERR_SESSION_INSECURE',
    'seal() was given secure: false, but in production a session is for HTTPS only: leave "secure" out. ' +
      'To allow plain HTTP, set cookie: { secure: false } in session()',
  )
}

/** A session that was read without a response, which could carry no change: it is frozen all the way down. */
export class FrozenSession {
  readonly #id: string
  readonly #createdAt: number
  readonly #expiresAt: number
  readonly #isBound: boolean

  /** @param expiresAt seconds since the epoch */
  constructor({ sid, sat }: Claims, data: Record<string, unknown>, expiresAt: number, isBound = false) {
    this.#id = sid
    this.#createdAt = sat * 1000
    this.#expiresAt = expiresAt * 1000
    this.#isBound = isBound
    for (const [key, value] of Object.entries(data)) Object.defineProperty(this, key, { value, enumerable: true })
    Object.values(data).forEach(freezeDeeply)
    Object.freeze(this)
  }

  get id(): string {
    return this.#id
  }

  get createdAt(): Date {
    return new Date(this.#createdAt)
  }

  get expiresAt(): Date {
    return new Date(this.#expiresAt)
  }

  get isBound(): boolean {
    return this.#isBound
  }

  get isPopulated(): boolean {
    return Object.keys(this).length > 0
  }
}

inspectAs(FrozenSession.prototype, sessionByKeys)

/** Data from JSON have no cycles. Instances of classes, which only a schema makes, may have, and may be shared. */
function freezeDeeply(value: unknown): void {
  if (typeof value !== 'object' || value === null || !(Array.isArray(value) || isObjectLiteral(value))) return
  Object.values(value).forEach(freezeDeeply)
  Object.freeze(value)
}
