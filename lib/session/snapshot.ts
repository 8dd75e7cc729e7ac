import { SessionError } from '../errors.js'
import { pathTo } from './altered.js'
import { serialize } from './serialize.js'
import { LiveSession } from './session.js'

/** Enough to see what was changed in one place of an app; a loop can change any number of keys. */
const MOST_PATHS = 20

/** What a session was at one moment, so that a change can be told by its place. Made in development only. */
export interface Snapshot {
  /** undefined where it cannot be serialized. */
  readonly json: string | undefined
  /** The place of what cannot be serialized. */
  readonly culprit: string
  readonly ttl: number | undefined
  readonly touched: boolean
}

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
 * The places that differ, as paths: data (`cart.items`), `cookie.maxAge`, and `touch()`. A value that was written again
 * as it was is no difference, nor is the order of keys.
 */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const paths = dataDifferences(before, after)
  if (before.ttl !== after.ttl) paths.push('cookie.maxAge')
  if (!before.touched && after.touched) paths.push('touch()')
  return paths
}

/** The value at the top of a session in a snapshot, as JSON. */
export function topOf({ json }: Snapshot, path: string): string | undefined {
  if (json === undefined) return undefined
  const data: Readonly<Record<string, unknown>> = JSON.parse(json)
  const key = Object.keys(data).find((one) => isAtOrIn(path, pathTo('', one)))
  return key === undefined ? undefined : JSON.stringify(data[key])
}

function isAtOrIn(path: string, top: string): boolean {
  return path === top || (path.startsWith(top) && /^[.[]/.test(path.slice(top.length)))
}

function dataDifferences(before: Snapshot, after: Snapshot): string[] {
  if (before.json === undefined || before.json === after.json) return []
  if (after.json === undefined) return [after.culprit]
  return [...new Set(placesIn(JSON.parse(before.json), JSON.parse(after.json), ''))].slice(0, MOST_PATHS)
}

/** Both come from JSON. Indexes are left out, as a list that changes is one place. */
function placesIn(before: unknown, after: unknown, path: string): string[] {
  if (before === after) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return [path]
    return before.flatMap((element, index) => placesIn(element, after[index], `${path}[]`))
  }
  if (!isRecord(before) || !isRecord(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => placesIn(before[key], after[key], pathTo(path, key)))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
