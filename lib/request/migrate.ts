import { type CookieProfile, sameDomain } from '../cookie/attributes.js'
import { overflow } from '../cookie/budget.js'
import { type CookieLine, candidates, clearCookie } from '../cookie/header.js'
import { SessionError } from '../errors.js'
import type { Settings } from '../options/options.js'
import { newRecord, type SessionRecord } from '../session/record.js'
import { fit } from '../session/schema.js'
import { dataFrom, serialize } from '../session/serialize.js'
import { withoutReserved } from '../session/session.js'
import { hashSessionId, sourceOf } from '../token/claims.js'
import type { ForeignCookie, FoundSession, Rejection, SessionReader, SessionRequest } from '../types.js'
import { isPromise } from '../values.js'
import { warnOnce } from '../warnings.js'
import type { Loaded } from './load.js'
import { endedSessions } from './logout-guard.js'
import { type RequestCookie, warnOfOneCookie } from './request-cookie.js'
import { measure } from './seal-session.js'

/** Reasons that only a verified token can have. A session that was ended has left its guard. */
const WAS_OURS: readonly Rejection[] = ['future', 'absolute', 'idle', 'expired', 'schema', 'unproven', 'unbound']

/** A request whose session of another package may be migrated. */
export interface Arrival {
  readonly req: SessionRequest
  readonly loaded: Loaded
  readonly cookie: RequestCookie
  /** Seconds since the epoch. */
  readonly now: () => number
  /** Makes it the session of the request. */
  readonly adopt: (moved: MovedSession) => void
}

/** A session of another package, turned into one of ours. */
export interface MovedSession {
  readonly record: SessionRecord
  /** Its data as they were found, as JSON. */
  readonly json: string
  /** What the app's schema made of them; undefined without one. */
  readonly data: object | undefined
  /** The other package's cookies, which are removed when its session is written as ours. */
  readonly cookies: readonly ForeignCookie[]
}

/**
 * Migrates the session of another package if the request brings none of ours. The first reader that finds one fills a new
 * session. A failure becomes an event, and the visitor starts with an empty session. Returns a promise only if a reader
 * does.
 */
export function migrate({ req, loaded, cookie, now, adopt }: Arrival, settings: Settings): Promise<void> | undefined {
  const { migrateFrom, timeouts } = settings
  if (migrateFrom.length === 0 || cookie.refused || hasHadOurs(loaded)) return undefined
  // An old cookie that could not be removed must not bring back a user who has logged out here.
  if (endedSessions(req.headers.cookie, cookie.names, settings, now(), cookie.former).size > 0) return undefined
  if (cookie.alone) return warnOfOneCookie()
  return tryReaders(migrateFrom)

  function tryReaders(readers: readonly SessionReader[]): Promise<void> | undefined {
    for (const [index, reader] of readers.entries()) {
      const found = attempt(reader, () => reader.read(req))
      if (isPromise(found)) {
        return Promise.resolve(found)
          .catch((error: unknown) => fail(reader, error))
          .then((late) => (moveIn(reader, late) ? undefined : tryReaders(readers.slice(index + 1))))
      }
      if (moveIn(reader, found)) return undefined
    }
    return undefined
  }

  function moveIn(reader: SessionReader, found: FoundSession | null | undefined): boolean {
    // It has lived longer than our sessions may, so it has ended.
    if (!found || (found.createdAt ?? now()) + timeouts.absolute <= now()) return false
    const moved = attempt(reader, () => movedSession(found, sourceIn(found, req), cookie.profile, settings, now()))
    if (moved === undefined) return false
    adopt(moved)
    const { sid } = moved.record
    settings.report(() => ({
      type: 'migrated',
      name: settings.name,
      from: reader.from,
      session: hashSessionId(sid),
    }))
    return true
  }

  function attempt<Value>(reader: SessionReader, act: () => Value): Value | undefined {
    try {
      return act()
    } catch (error) {
      return fail(reader, error)
    }
  }

  /** Quotes our own errors only: the message of another one may hold a query or a password. */
  function fail({ from }: SessionReader, error: unknown): undefined {
    const code = codeOf(error)
    settings.report(() => ({ type: 'migration-failed', name: settings.name, from, code }))
    const isOurs = error instanceof SessionError
    const thrown = isOurs ? `${code}: ${error.message}` : settings.production ? code : throwerOf(error)
    const why = thrown === null ? '' : ` (${thrown})`
    // custom() and readers of the app's own have none.
    const transform = 'set "transform" of the reader, if it takes one'
    const fix = isOurs ? `mend what it says, or ${transform}` : 'mend its reader, or what that asks'
    warnOnce(
      'SESSION_WARN_MIGRATION',
      `a session from ${from} could not be migrated${why}, so its visitor starts with an empty one: ${fix}`,
      `${from} ${code}`,
    )
  }
}

/**
 * Makes a session of ours of what a reader found; undefined if the app's schema leaves nothing of it.
 *
 * @param src what stands for the cookies that it came from, undefined if it came in none
 * @param now seconds since the epoch
 * @throws {SessionError} for data that no session can hold, or that no cookie can
 */
function movedSession(
  { data, createdAt, cookies }: FoundSession,
  src: string | undefined,
  profile: CookieProfile,
  settings: Settings,
  now: number,
): MovedSession | undefined {
  const json = serialize(dataFrom(data))
  const found: object = JSON.parse(json)
  const fitted = settings.schema && fit(found, settings.schema)
  if (fitted === undefined) withoutReserved(found)
  else if ('misfits' in fitted) throw doesNotFit()
  else if (fitted.json === '{}') return undefined
  const record = newRecord(Math.min(startOf(createdAt ?? now), now), src)
  const size = measure({ record, json: fitted?.json ?? json }, profile, settings, now)
  if (size.remaining < 0) throw overflow(size)
  // A reader in JavaScript may leave the cookies out.
  return { record, json, data: fitted?.data, cookies: cookies ?? [] }
}

function startOf(createdAt: number): number {
  const start = Math.floor(createdAt)
  if (start >= 0) return start
  throw new SessionError(
    'ERR_SESSION_OPTIONS',
    'a reader returned a "createdAt" that is not a time: return seconds since 1970',
  )
}

function doesNotFit(): SessionError {
  return new SessionError(
    'ERR_SESSION_SCHEMA',
    'the session of another package does not fit the schema: let its reader return other data',
  )
}

/** Hashes what the reader accepted, because anyone can add a cookie of the same name. undefined without a cookie. */
function sourceIn({ cookies, accepted }: FoundSession, { headers }: SessionRequest): string | undefined {
  const came = accepted ?? cookies?.flatMap(({ name }) => candidates(headers.cookie, name)) ?? []
  return came.length === 0 ? undefined : sourceOf(came)
}

/** A user who has, or had, a session of ours was migrated before. A leftover cookie must not bring the old one back. */
function hasHadOurs(loaded: Loaded): boolean {
  return loaded.status === 'valid' || (loaded.status === 'rejected' && WAS_OURS.includes(loaded.reason))
}

/** For development: what was thrown and where, but not its message. */
function throwerOf(error: unknown): string | null {
  const code = codeOf(error)
  if (!(error instanceof Error)) return code
  const [, place] = /^\s+at (?:.* \()?([^()\n]+:\d+:\d+)\)?$/m.exec(error.stack ?? '') ?? []
  return `${code ?? (/^\w{1,40}$/.test(error.name) ? error.name : 'Error')}${place ? ` at ${place}` : ''}`
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : null
}

/**
 * Lines that remove the cookies of a migrated session. A cookie with the identity of ours is not removed, because ours
 * replaces it.
 */
export function removals(cookies: readonly ForeignCookie[], ours: CookieProfile): CookieLine[] {
  return cookies
    .filter((cookie) => !isReplaced(cookie, ours))
    .map(({ name, path = '/', domain }) => {
      const scope = domain === undefined ? `; Path=${path}` : `; Domain=${domain}; Path=${path}`
      // Browsers ignore a line for such a name without them (RFC 6265bis, section 5.7, and layered cookies).
      const secure = /^__(?:host|secure|http)-/i.test(name) ? '; Secure' : ''
      const httpOnly = /^__(?:host-)?http-/i.test(name) ? '; HttpOnly' : ''
      return { name, line: clearCookie({ name, suffix: `${scope}${httpOnly}${secure}` }) }
    })
}

/** A cookie is the same to a browser if name, path and domain are (RFC 6265, section 5.3). */
function isReplaced(
  { name, path = '/', domain }: ForeignCookie,
  { name: ourName, attributes }: CookieProfile,
): boolean {
  return name === ourName && path === attributes.path && sameDomain(domain, attributes.domain)
}
