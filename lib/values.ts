import { inspect } from 'node:util'

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

/** Whether a value has a `then`. Promises of libraries and other realms are not instances of this realm's `Promise`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
  } catch {
    return false
  }
}

/**
 * Hears of the failure of a promise that nothing waits for: unhandled, it would end the process. So would what a `then`
 * calls later that does not keep to the rules, which a promise of this realm absorbs.
 */
export function onFailure(promise: PromiseLike<unknown>, failed: (reason: unknown) => void = () => {}): void {
  Promise.resolve(promise).then(undefined, failed)
}

/**
 * Sets what `console.log` and `util.inspect` show of a class's objects, so that printing one does not put the values of
 * a session or a key into a log.
 */
export function inspectAs<Self extends object>(prototype: Self, describe: (self: Self) => string): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: Self) {
      return describe(this)
    },
  })
}

/** Shows a session by the names of its keys: `Session { user, cart }`. */
export function sessionByKeys(session: object): string {
  return `Session { ${Object.keys(session).join(', ')} }`
}
