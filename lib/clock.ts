/** The time in whole seconds since the epoch, as tokens have it (RFC 7519, section 2, NumericDate). */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/*
 * These are kept from when the package was loaded: tests replace them (Jest's fake timers do by default), and a log-in
 * must not wait for fake timers.
 */

/** `process.nextTick`. */
export const nextTick: (act: (...args: never[]) => unknown, ...args: unknown[]) => void = process.nextTick
/** `queueMicrotask`: runs a function after the call that runs now. */
export const behindThisCall: typeof queueMicrotask = queueMicrotask
