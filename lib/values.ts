/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>

/** Whether a value is an object, and neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses JSON; undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Parses a JSON object; undefined if the text is anything else. */
export function jsonObject(text: string): Members | undefined {
  const value = parseJson(text)
  return isObject(value) ? value : undefined
}

/**
 * Copies an object's own members into one without a prototype: a polluted `Object.prototype` must not add an option, a
 * key's lifetime or a cookie's attribute.
 */
export function own<Members extends object>(members: Members): Members {
  return Object.assign(Object.create(null), members)
}

/** For a promise that nothing waits for. Its rejection, unhandled, would end the process. */
export function ignore(): void {}

/** Whether a value has a `then`. Promises of libraries and other realms are not instances of this realm's `Promise`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
