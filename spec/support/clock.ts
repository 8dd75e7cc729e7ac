import { vi } from 'vitest'

/** A moment to start from: 2026-01-01T00:00:00Z, in seconds. */
export const START = 1_767_225_600

/** Stops the clock at `START`. Only `Date` is faked, so that sockets and timers go on working. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: START * 1000 })
}

/** Moves the stopped clock to this many seconds after `START`. */
export function at(seconds: number): void {
  vi.setSystemTime((START + seconds) * 1000)
}

export function startClock(): void {
  vi.useRealTimers()
}

export const MINUTE = 60
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
