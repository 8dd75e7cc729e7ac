import { deepCallerOf, type Origin } from '../caller.js'
import { nextTick } from '../clock.js'
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
import { warnOnce } from '../warnings.js'
import { isTakenAway, LateUse, type Watch, warnOfLateAssignment, warnOfLateCall, warnOfLateChange } from './late-use.js'

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
