/** Whether a value has a `then`. Promises of libraries and other realms are not instances of this realm's `Promise`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
