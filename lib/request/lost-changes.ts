import { deepCallerOf, type Origin } from '../caller.js'
import { nextTick } from '../clock.js'
import { SessionError } from '../errors.js'
import { hasHeadLeft } from '../http/patch.js'
import { placeOf } from '../http/request.js'
import { onEnd } from '../http/response-hook.js'
import { inSession } from '../session/altered.js'
import {
  type Alarm,
  differences,
  isOfKey,
  putTripwire,
  type Snapshot,
  snapshotOf,
  topOf,
} from '../session/late-changes.js'
import type { LiveSession } from '../session/session.js'
import type { SessionRequest, SessionResponse } from '../types.js'
import { warnOnce, wasWarned } from '../warnings.js'

/**
 * Refuses a method of the session that can no longer have an effect. It also warns, because an app that ends a session
 * must learn that it did not end, even if nothing awaits the promise.
 *
 * @param call such as `session.destroy()`
 * @param where the method and path of the request
 */
export function tooLate(call: string, where: string): SessionError {
  warnOfLateCall(call, where)
  return new SessionError(
    'ERR_SESSION_HEADERS_SENT',
    `${call} came after the headers were sent: call it before the response is sent`,
  )
}

/**
 * Warns about an assignment that no cookie will carry, in production too: it may be a log-out that does not happen.
 *
 * @param what such as `req.session was assigned`
 * @param where the method and path of the request
 */
export function warnOfLateAssignment(what: string, where: string): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${what} after the headers were sent (${where}), so the session stays as it was: ` +
      'do it before the response is sent',
    `assigned ${where}`,
  )
}

/** @param call such as `session.touch()` */
export function warnOfLateCall(call: string, where: string): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${call} came after the headers were sent (${where}): call it before the response is sent`,
    `${call} ${where}`,
  )
}

/**
 * @param what such as `session.cart.items`
 * @param origin the line of the app, if it is known
 */
export function warnOfLateChange(
  what: string,
  where: string,
  place: string = `${what} ${where}`,
  origin?: Origin,
): void {
  warnOnce(
    'SESSION_WARN_LATE',
    `${what} was changed after the headers were sent (${where}), so the change is lost: ` +
      'make it before the response is sent',
    place,
    origin,
  )
}

/** In milliseconds: after how long the first round comes, how much longer each of the next takes, and the end of all. */
const FIRST = 20
const GROWTH = 1.25
const LAST = 60_000
/** Requests that are watched at a time. A load test of a server in development must not fill the memory. */
const MAX_WATCHED = 100

const watched = new Set<() => void>()

/**
 * Calls `look` repeatedly for a minute, at growing intervals. It does not keep the process alive, and holds a bounded number
 * of requests in memory.
 */
export function patrol(look: () => void): void {
  watched.add(look)
  const [oldest] = watched
  if (watched.size > MAX_WATCHED && oldest) watched.delete(oldest)
  next(FIRST, 0)

  function next(delay: number, before: number): void {
    const timer = setTimeout(() => {
      if (!watched.has(look)) return
      look()
      const passed = before + delay
      if (passed < LAST) next(delay * GROWTH, passed)
      else watched.delete(look)
    }, delay)
    // In place of Node's there may be the timers of a test, which are numbers in some.
    timer.unref?.()
  }
}

/** Finds changes of one request's session that no cookie carries, from what it is told of the session. */
export interface Watch {
  /** The app was told of a commit that failed, so that nobody expects this session to be kept. */
  isReported: boolean
  /** Another session, or none, has taken the place of this one: `by` says how, as in "regenerate() has replaced". */
  replaced(session: LiveSession, by: string): void
  /** `save()` was called on a session, which may be one that was replaced. */
  saved(session: LiveSession, current: LiveSession | null | undefined): void
  /** A commit has been put into a head, with this session. */
  left(current: LiveSession | null | undefined): void
  /** The app has asked for this session when the headers had left. */
  used(current: LiveSession | null | undefined): void
}

/**
 * The watch over one request.
 *
 * @param isChanged whether the session differs from what left. It may throw
 */
export function watchOver(
  req: SessionRequest,
  res: SessionResponse,
  { production, property }: { readonly production: boolean; readonly property: string },
  isChanged: () => boolean,
): Watch {
  return production ? new LateUse(req, res, isChanged) : new LostChanges(req, res, property)
}

/** How many lines of the app are looked up in a turn. A loop may change any number of keys. */
const MAX_LOOKUPS = 100

/** A session object whose changes no cookie will carry any more. */
interface Watched {
  before: Snapshot
  /** What became of it, such as "regenerate() has replaced"; undefined for the one whose cookie has left. */
  readonly by: string | undefined
}

/**
 * Finds changes to a session whose headers have left, and to a session object that another one has replaced. For
 * development. It compares snapshots, when tripwires, the end of the response or a patrol say
 * that it is worth it.
 */
export class LostChanges implements Watch {
  isReported = false
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  /** The request property that the session is read from. */
  readonly #property: string
  readonly #watched = new Map<LiveSession, Watched>()
  /** The lines of the app that have set, or first read, a key of a session since the last look, by the key. */
  readonly #lines = new Map<string, Origin>()
  /** How many lines were looked up since then. */
  #lookups = 0
  #current: LiveSession | null | undefined
  #takenAway = false
  #begun = false
  #scheduled = false
  #looking = false

  constructor(req: SessionRequest, res: SessionResponse, property: string) {
    this.#req = req
    this.#res = res
    this.#property = property
  }

  replaced(session: LiveSession, by: string): void {
    if (!hasHeadLeft(this.#res)) this.#watched.set(session, { before: snapshotOf(session), by })
  }

  saved(session: LiveSession, current: LiveSession | null | undefined): void {
    this.#current = current
    const by = this.#watched.get(session)?.by
    if (by !== undefined) this.#warnOfReplaced('save()', by)
  }

  left(current: LiveSession | null | undefined): void {
    this.#current = current
    this.#takenAway = isTakenAway(this.#req, this.#property)
    if (current) this.#watched.set(current, { before: snapshotOf(current), by: undefined })
    if (this.#watched.size === 0) return
    this.#look()
    this.#begin()
  }

  used(current: LiveSession | null | undefined): void {
    this.#current = current
    if (current && !this.#watched.has(current)) {
      this.#watched.set(current, { before: snapshotOf(current), by: undefined })
    }
    // At once, so that a change in this turn tells its line. After that, each look puts it.
    if (current && !this.#scheduled) putTripwire(current, this.#noticed)
    this.#begin()
    this.#schedule()
  }

  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    const look = () => {
      if (hasHeadLeft(this.#res)) this.#look()
    }
    nextTick(look)
    onEnd(this.#res, look)
    patrol(look)
  }

  /** Where a key is only read, what it holds may be changed behind that. */
  readonly #noticed: Alarm = (key, how, called) => {
    if (this.#looking) return
    const isWanted = how === 'set' || !this.#lines.has(key)
    if (isWanted && this.#lookups < MAX_LOOKUPS && hasHeadLeft(this.#res)) {
      this.#lookups++
      this.#lines.set(key, deepCallerOf(called))
    }
    this.#schedule()
  }

  /** One look is enough for all that happens in a turn. */
  #schedule(): void {
    if (this.#scheduled || this.#looking) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      if (hasHeadLeft(this.#res)) this.#look()
    })
  }

  #look(): void {
    if (this.#looking) return
    this.#looking = true
    try {
      const sent = hasHeadLeft(this.#res)
      for (const [session, watched] of this.#watched) {
        if (watched.by !== undefined || sent) this.#compare(session, watched)
        if (sent) putTripwire(session, this.#noticed)
      }
      if (sent) this.#lookForDeletion()
    } finally {
      this.#lines.clear()
      this.#lookups = 0
      this.#looking = false
    }
  }

  #compare(session: LiveSession, watched: Watched): void {
    const { before, by } = watched
    const after = snapshotOf(session)
    const changed = differences(before, after)
    if (changed.length === 0) return
    watched.before = after
    if (this.isReported) return
    for (const path of changed) {
      if (by === undefined) this.#warnOfLate(path)
      else if (!isKept(path, after, this.#current)) this.#warnOfReplaced(path, by)
    }
  }

  #lookForDeletion(): void {
    if (this.#takenAway || !isTakenAway(this.#req, this.#property)) return
    this.#takenAway = true
    if (!this.isReported) warnOfLateAssignment(`req.${this.#property} was deleted`, placeOf(this.#req))
  }

  #warnOfLate(path: string): void {
    const where = placeOf(this.#req)
    const what = inSession(path, this.#property)
    if (path.endsWith('()')) warnOfLateCall(what, where)
    else warnOfLateChange(what, where, undefined, this.#lineOf(path))
  }

  #lineOf(path: string): Origin | undefined {
    const [, origin] = [...this.#lines].find(([key]) => isOfKey(path, key)) ?? []
    return origin
  }

  #warnOfReplaced(path: string, by: string): void {
    const property = this.#property
    const where = placeOf(this.#req)
    const what = `${inSession(path, property)} was ${path.endsWith('()') ? 'called' : 'changed'}`
    const fix = this.#current
      ? `read req.${property} again`
      : `do it before, or begin a session with req.${property} = {}`
    warnOnce(
      'SESSION_WARN_REPLACED',
      `${what} on a session object that ${by} (${where}), so it has no effect: ${fix}`,
      `${path} ${where}`,
    )
  }
}

/** What the current session has too is not lost (both may share an object), nor is what was only removed. */
function isKept(path: string, after: Snapshot, current: LiveSession | null | undefined): boolean {
  const kept = current ? snapshotOf(current) : NOTHING
  if (path === 'cookie.maxAge') return kept.ttl === after.ttl
  if (path === 'touch()') return kept.touched
  if (after.json === undefined) return false
  const value = topOf(after, path)
  return value === topOf(kept, path) || (isStructure(value) && kept.json?.includes(value) === true)
}

/** The JSON of an object or a list that has something in it. */
function isStructure(json: string | undefined): json is string {
  return json !== undefined && json.length > 2 && /^[{[]/.test(json)
}

const NOTHING: Snapshot = { json: '{}', culprit: '', ttl: undefined, touched: false }

/** Whether the app took the property off the request: by `delete req.session`, behind which it may assign a plain value. */
export function isTakenAway(req: SessionRequest, property: string): boolean {
  const own = Object.getOwnPropertyDescriptor(req, property)
  return own === undefined || 'value' in own
}

const IN_PRODUCTION = 'in production'

/**
 * Looks for a late change in production, and warns once per process. It is worth a line, but not one for each place, nor work
 * for each request.
 */
export class LateUse implements Watch {
  isReported = false
  readonly #req: SessionRequest
  readonly #res: SessionResponse
  readonly #isChanged: () => boolean
  #scheduled = false
  #looking = false

  /** @param isChanged whether the session differs from what left. If that cannot be told, it throws */
  constructor(req: SessionRequest, res: SessionResponse, isChanged: () => boolean) {
    this.#req = req
    this.#res = res
    this.#isChanged = isChanged
  }

  replaced(): void {}

  saved(): void {}

  left(): void {}

  /** The app may have read the session, as a logger does, or changed it in vain. */
  used(): void {
    // Looking runs getters and toJSON of the session, which may use it again.
    if (this.#looking || (this.#scheduled && !this.#res.writableEnded)) return
    this.#scheduled = true
    onEnd(this.#res, () => this.#look())
  }

  #look(): void {
    if (this.isReported || wasWarned('SESSION_WARN_LATE', IN_PRODUCTION)) return
    this.#looking = true
    if (this.#differs()) warnOfLateChange('the session', placeOf(this.#req), IN_PRODUCTION)
    this.#looking = false
  }

  #differs(): boolean {
    try {
      return this.#isChanged()
    } catch {
      return true
    }
  }
}
