/** In milliseconds: after how long the first round comes, how much longer each of the next takes, and the end of all. */
const FIRST = 20
const GROWTH = 1.25
const LAST = 60_000
/** Requests that are watched at a time. A load test of a server in development must not fill the memory. */
const MOST_WATCHED = 100

const watched = new Set<() => void>()

/**
 * Calls `look` again and again, ever more seldom, for a minute. It keeps neither the process alive nor more than a
 * bounded number of requests in memory.
 */
export function patrol(look: () => void): void {
  watched.add(look)
  const [oldest] = watched
  if (watched.size > MOST_WATCHED && oldest) watched.delete(oldest)
  next(FIRST, 0)

  function next(delay: number, before: number): void {
    const timer = setTimeout(() => {
      if (!watched.has(look)) return
      look()
      const passed = before + delay
      if (passed < LAST) next(delay * GROWTH, passed)
      else watched.delete(look)
    }, delay)
    // In place of Node's there may be the timers of a test, which are numbers in some.
    timer.unref?.()
  }
}
