import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { patrol } from '../../lib/request/lost-changes.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a patrol', () => {
  it('looks soon, and ever more seldom, so that nothing waits longer than a quarter of the time that has passed', () => {
    const start = Date.now()
    const looks: number[] = []
    patrol(() => looks.push(Date.now() - start))
    vi.runAllTimers()
    expect(looks[0]).toBe(20)
    for (const [index, at] of looks.slice(1).entries()) expect(at).toBeLessThan((looks[index] ?? 0) * 1.25 + 26)
  })

  it('ends after a minute, so that timers of a test that are run to their end have one', () => {
    const look = vi.fn()
    patrol(look)
    vi.advanceTimersByTime(80_000)
    expect(vi.getTimerCount()).toBe(0)
    expect(look.mock.calls.length).toBeLessThan(40)
  })

  it('looks at the last hundred only, so that a load test does not fill the memory', () => {
    const looks = Array.from({ length: 150 }, () => vi.fn())
    for (const look of looks) patrol(look)
    vi.advanceTimersByTime(1000)
    expect(looks.filter((look) => look.mock.calls.length > 0)).toHaveLength(100)
    expect(looks.at(-1)).toHaveBeenCalled()
    vi.runAllTimers()
  })

  it('does not keep the process alive', () => {
    vi.useRealTimers()
    const timeout = vi.spyOn(globalThis, 'setTimeout')
    patrol(() => {})
    const timer = timeout.mock.results[0]?.value as NodeJS.Timeout
    expect(timer.hasRef()).toBe(false)
    clearTimeout(timer)
  })

  it('takes timers that are numbers, as those of some tests are', () => {
    vi.spyOn(globalThis, 'setTimeout').mockReturnValue(7 as never)
    expect(() => patrol(() => {})).not.toThrow()
  })
})
