import { SessionError } from '../errors.js'
import { isObject } from '../values.js'
import { pathTo } from './altered.js'
import { serialize } from './serialize.js'
import { LiveSession } from './session.js'

/** A loop can change any number of keys. */
const MAX_PATHS = 20

/** What a session was at one moment, to find out later what has changed. It is made in development only. */
export interface Snapshot {
  /** The data as JSON; undefined if they cannot be serialized. */
  readonly json: string | undefined
  /** The path of the value that cannot be serialized; empty if there is none, or if the path is unknown. */
  readonly culprit: string
  /** As in `SessionRecord`. */
  readonly ttl: number | undefined
  /** As in `SessionRecord`. */
  readonly touched: boolean
}

/** Never throws. */
export function snapshotOf(session: LiveSession): Snapshot {
  const { ttl, touched } = LiveSession.recordOf(session)
  try {
    return { json: serialize(session), culprit: '', ttl, touched }
  } catch (error) {
    const culprit = (error instanceof SessionError && error.path) || ''
    return { json: undefined, culprit, ttl, touched }
  }
}

/**
 * The places that differ: data (`cart.items`, at most 20), `cookie.maxAge`, `touch()`. The order of keys does not
 * count.
 */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const paths = dataDifferences(before, after)
  if (before.ttl !== after.ttl) paths.push('cookie.maxAge')
  if (!before.touched && after.touched) paths.push('touch()')
  return paths
}

/** The top-level value that a path leads into, as JSON. */
export function topOf({ json }: Snapshot, path: string): string | undefined {
  if (json === undefined) return undefined
  const data: Readonly<Record<string, unknown>> = JSON.parse(json)
  const key = Object.keys(data).find((one) => isOfKey(path, one))
  return key === undefined ? undefined : JSON.stringify(data[key])
}

/** Whether a path is that of a top-level key, or leads into it. */
export function isOfKey(path: string, key: string): boolean {
  const top = pathTo('', key)
  return path === top || (path.startsWith(top) && /^[.[]/.test(path.slice(top.length)))
}

function dataDifferences(before: Snapshot, after: Snapshot): string[] {
  if (before.json === undefined || before.json === after.json) return []
  if (after.json === undefined) return [after.culprit]
  return [...new Set(placesIn(JSON.parse(before.json), JSON.parse(after.json), ''))].slice(0, MAX_PATHS)
}

/** Paths have no indexes, so that a list that changes is one place. */
function placesIn(before: unknown, after: unknown, path: string): string[] {
  if (before === after) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return [path]
    return before.flatMap((element, index) => placesIn(element, after[index], `${path}[]`))
  }
  if (!isObject(before) || !isObject(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => placesIn(before[key], after[key], pathTo(path, key)))
}

/** A cookie can hardly hold more, and wiring takes time. */
const MAX_KEYS = 500

/**
 * @param key of the session
 * @param how whether it was read or set
 * @param called the function that noticed it, which is on the stack now; the app called it
 */
export type Alarm = (key: string, how: 'read' | 'set', called: (...args: never[]) => unknown) => void

const alarms = new WeakMap<object, Alarm>()

/** The prototype of wired sessions, which notices new keys. */
const PROTOTYPE: object = new Proxy(Object.create(LiveSession.prototype) as object, { set: setNew })

function setNew(target: object, key: string | symbol, value: unknown, receiver: object): boolean {
  const done = Reflect.set(target, key, value, receiver)
  alarms.get(receiver)?.(String(key), 'set', setNew)
  return done
}

/**
 * Calls `alarm` whenever a top-level key of a session is read or set, through which nested values are reached. Keys,
 * JSON and copies of the session stay the same. Call it again to include keys added since.
 */
export function putTripwire(session: LiveSession, alarm: Alarm): void {
  alarms.set(session, alarm)
  // A session that the app has frozen keeps its prototype. Nothing can be added to it either.
  if (Object.getPrototypeOf(session) !== PROTOTYPE) Reflect.setPrototypeOf(session, PROTOTYPE)
  const keys = Object.keys(session)
  if (keys.length > MAX_KEYS) return
  for (const key of keys) wire(session, key)
}

function wire(session: object, key: string): void {
  const { value, writable, configurable } = Object.getOwnPropertyDescriptor(session, key) ?? {}
  if (!writable || !configurable) return
  let current: unknown = value
  Object.defineProperty(session, key, { configurable: true, enumerable: true, get, set })

  function get(): unknown {
    alarms.get(session)?.(key, 'read', get)
    return current
  }

  function set(this: object, next: unknown): void {
    // An object that inherits from the session gets a key of its own, as with a data property.
    if (this !== session) {
      Object.defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true })
      return
    }
    current = next
    alarms.get(session)?.(key, 'set', set)
  }
}
