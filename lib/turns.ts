/*
 * What Node does in a later turn. Kept from when the package was loaded, as tests put timers of their own in the place
 * of Node's (Jest's fake timers do by default), and a log-in must not wait for them.
 */

/** `process.nextTick` as it was then. */
export const nextTick: (act: (...args: never[]) => unknown, ...args: unknown[]) => void = process.nextTick
/** `queueMicrotask` as it was then: behind the call that runs now. */
export const behindThisCall: typeof queueMicrotask = queueMicrotask
