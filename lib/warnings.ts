/** Enough to see every place of a real app; a bound, because places can be made from keys that users choose. */
const MOST_PLACES = 100

const warned = new Map<string, Set<string>>()

/**
 * Warns through `process.emitWarning` (standard error, and `process.on('warning')`), once per code and place.
 *
 * @param code stable, such as `SESSION_WARN_HEAD`; silence it with `node --disable-warning=<code>`
 * @param message ends in what to do about it; holds no secret and no session data
 * @param place tells apart the places that deserve a warning each, such as a path in the session
 */
export function warnOnce(code: string, message: string, place = ''): void {
  const places = warned.get(code) ?? new Set()
  if (places.has(place) || places.size >= MOST_PLACES) return
  warned.set(code, places.add(place))
  process.emitWarning(message, { type: 'SessionWarning', code })
}

/** Whether a warning of this code and place has come, so that nothing needs to be found out for another. */
export function wasWarned(code: string, place = ''): boolean {
  return warned.get(code)?.has(place) === true
}

/** Forgets what was warned about, for tests. */
export function forgetWarnings(): void {
  warned.clear()
}
