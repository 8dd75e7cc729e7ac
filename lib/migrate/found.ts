import type { FoundSession } from '../session-reader.js'
import { type ReaderOptions, refused } from './reader-options.js'

/** The data of another package's session, and when it began if that package says so. */
export interface Contents {
  readonly data: Record<string, unknown>
  readonly began?: number | undefined
}

/**
 * What a reader answers. A session without data is none: ours would not be written for it, so that it would be found
 * again with every request.
 *
 * @param names the cookies that the session came in
 * @param accepted what verified, of all that came under these names
 * @throws {SessionError} `ERR_SESSION_OPTIONS` if `transform` returns something that is no data
 */
export function found(
  reader: string,
  { data, began }: Contents,
  names: readonly string[],
  accepted: readonly string[],
  { path, domain, transform }: ReaderOptions,
): FoundSession | undefined {
  const kept: unknown = transform ? transform(data) : data
  if (kept === undefined) return undefined
  if (!isPlainObject(kept)) {
    throw refused(
      reader,
      'transform returned something other than a plain object: return { ...what you keep }, or undefined for no session',
    )
  }
  if (Object.keys(kept).length === 0) return undefined
  return { data: kept, cookies: names.map((name) => ({ name, path, domain })), accepted, began }
}

/** An object that is nothing but its members: no array, Map, Promise or instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
