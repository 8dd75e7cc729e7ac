/** Whether a value is a promise of any kind: those of other libraries and of other realms are not instances of ours. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
