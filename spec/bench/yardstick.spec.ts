import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Yardstick } from '../../bench/measure/yardstick.js'

describe('the yardstick that tells whether the machine is fast', () => {
  /** What the piece of work takes, in milliseconds. */
  let work: number

  beforeEach(() => {
    let clock = 0
    vi.spyOn(performance, 'now').mockImplementation(() => {
      clock += work
      return clock
    })
  })

  it('allows a fifth more than the best that it has seen', () => {
    work = 10
    const yardstick = new Yardstick(1000)
    expect(yardstick.isFast()).toBe(true)
    work = 11.9
    expect(yardstick.isFast()).toBe(true)
    work = 12.1
    expect(yardstick.isFast()).toBe(false)
  })

  it('goes by a better one as soon as it has seen it', () => {
    work = 10
    const yardstick = new Yardstick(1000)
    expect(yardstick.isFast()).toBe(true)
    work = 5
    expect(yardstick.isFast()).toBe(true)
    work = 10
    expect(yardstick.isFast()).toBe(false)
  })

  it('looks for the best before it says anything', () => {
    work = 10
    const looks = vi.mocked(performance.now).mock.calls
    new Yardstick(1000).isFast()
    expect(looks.length).toBeGreaterThan(60)
    expect(looks.length).toBeLessThan(110)
  })
})
