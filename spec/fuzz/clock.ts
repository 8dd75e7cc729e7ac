import { START } from '../support/clock.js'

/** When every case happens, in seconds since the epoch. */
export const NOW = START

/** Stops the clock at `NOW` while something runs: ends are to the second, and a seed must lead to the same cases. */
export async function stopped<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  const { now } = Date
  Date.now = () => NOW * 1000
  try {
    return await act()
  } finally {
    Date.now = now
  }
}
