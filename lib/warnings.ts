import { beginInAppAt, type Origin } from './caller.js'

/** More than a real app has. The bound is there because users may choose the keys that places are made of. */
const MAX_PLACES = 100

const warned = new Map<string, Set<string>>()

/**
 * Warns through `process.emitWarning`, once per code and place, and in at most 100 places per code.
 *
 * @param code stable, such as `SESSION_WARN_HEAD`; silence it with `node --disable-warning=<code>`
 * @param message ends with what to do, and contains no secret and no session data
 * @param place what deserves a warning of its own, such as a path in the session
 * @param origin what `deepCallerOf` kept of the app's line, if the warning comes later; `node --trace-warnings` shows it
 */
export function warnOnce(code: string, message: string, place = '', origin?: Origin): void {
  const places = warned.get(code) ?? new Set()
  if (places.has(place) || places.size >= MAX_PLACES) return
  warned.set(code, places.add(place))
  if (origin === undefined) {
    process.emitWarning(message, { type: 'SessionWarning', code })
    return
  }
  const warning = Object.assign(new Error(message), { name: 'SessionWarning', code })
  beginInAppAt(warning, origin)
  process.emitWarning(warning)
}

/** Whether `warnOnce` has warned of this code and place, so that the caller can skip the work for another. */
export function wasWarned(code: string, place = ''): boolean {
  return warned.get(code)?.has(place) === true
}

/** Forgets all warnings, for tests. */
export function forgetWarnings(): void {
  warned.clear()
}
