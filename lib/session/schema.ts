import { SessionError } from '../errors.js'
import type { SchemaResult, SessionSchema } from '../types.js'
import { isObject, isPromise, onFailure } from '../values.js'
import { warnOnce } from '../warnings.js'
import { inSession, isObjectLiteral, pathTo } from './altered.js'
import { stringify } from './serialize.js'
import { reservedKeyOf } from './session.js'

/** The most places that are named where data do not fit. */
const MAX_PATHS = 10
/** In characters. */
const MAX_PATH = 100

/** What a schema makes of data. */
export type Fitted =
  | { readonly data: Record<string, unknown>; readonly json: string }
  /** Where they do not fit: at most 10 paths, or none if the schema does not tell. */
  | { readonly misfits: readonly string[] }

/**
 * Passes data through the app's schema. It never throws: what the schema throws, and what no session can hold, does not
 * fit.
 */
export function fit(data: unknown, schema: SessionSchema): Fitted {
  try {
    const result = ask(schema, data)
    if (result === undefined) return { misfits: [] }
    if (result.issues) return { misfits: placesOf(result.issues) }
    const { value } = result
    if (!isObject(value) || !isObjectLiteral(value)) return { misfits: [] }
    const reserved = reservedKeyOf(value)
    if (reserved !== undefined) return { misfits: [reserved] }
    const json = stringify(value)
    if (json?.[0] !== '{') return { misfits: [] }
    const shared = instanceIn(value, '')
    return shared === undefined ? { data: value, json } : { misfits: [bounded(shared)] }
  } catch (error) {
    // Any other error may hold session data.
    return { misfits: error instanceof SessionError && error.path ? [bounded(error.path)] : [] }
  }
}

/** Whether a schema answers for a session without data: at once, and without throwing. */
export function isUsable(schema: SessionSchema): boolean {
  try {
    return ask(schema, {}) !== undefined
  } catch {
    return false
  }
}

/**
 * The path of a value that JSON empties and no copy is made of, such as a Map, which would be shared by all sessions that
 * a schema gives it as a default.
 */
function instanceIn(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined
  if (!Array.isArray(value) && !isObjectLiteral(value)) return 'toJSON' in value ? undefined : path
  for (const [key, member] of Object.entries(value)) {
    const found = instanceIn(member, Array.isArray(value) ? `${path}[]` : pathTo(path, key))
    if (found !== undefined) return found
  }
  return undefined
}

/** undefined for a promise, which nothing here can wait for. */
function ask(schema: SessionSchema, data: unknown): SchemaResult | undefined {
  const result = schema['~standard'].validate(data)
  if (!isPromise(result)) return result
  onFailure(result)
  return undefined
}

/** Paths have no indexes, so that the same mistake in every element is one place. */
function placesOf(issues: NonNullable<SchemaResult['issues']>): string[] {
  const places = issues.map(({ path = [] }) =>
    path
      .map((segment) => (typeof segment === 'object' ? segment.key : segment))
      .reduce<string>((place, key) => (typeof key === 'number' ? `${place}[]` : pathTo(place, String(key))), ''),
  )
  return [...new Set(places.filter((place) => place !== '').map(bounded))].slice(0, MAX_PATHS)
}

function bounded(path: string): string {
  return path.slice(0, MAX_PATH)
}

/**
 * A copy for one session. A schema may give the same default to all of them, which a change to one must not reach.
 * Instances of classes other than `Date` are not copied.
 */
export function copyOf<Value>(value: Value): Value
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Date) return new Date(value)
  if (typeof value !== 'object' || value === null || !isObjectLiteral(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)]))
}

/**
 * What the next request will make of data that are written; undefined without a schema. It warns of data that do not
 * fit, or will be gone, once per place. For development.
 */
export function readAgain(
  json: string,
  {
    schema,
    property,
    production,
  }: { readonly schema: SessionSchema | undefined; readonly property: string; readonly production: boolean },
): unknown {
  if (schema === undefined || production) return undefined
  const written = JSON.parse(json)
  const fitted = fit(written, schema)
  if ('data' in fitted) {
    const { data } = fitted
    for (const key of Object.keys(written).filter((key) => !Object.hasOwn(data, key))) {
      const path = pathTo('', key)
      warnOnce('SESSION_WARN_SCHEMA', `${inSession(path, property)} is dropped by the schema: add it there`, path)
    }
    return data
  }
  for (const path of fitted.misfits.length > 0 ? fitted.misfits : ['']) {
    warnOnce(
      'SESSION_WARN_SCHEMA',
      `${inSession(path, property)} does not fit the schema, so the next request begins with an empty session: ` +
        'store what the schema takes, or change the schema, which must answer at once and not throw',
      path,
    )
  }
  return undefined
}
