import { startupSnapshot } from 'node:v8'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newIv } from '../../lib/token/algorithms.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function ivs(count: number): string[] {
  return Array.from({ length: count }, () => newIv().toString('hex'))
}

describe('an IV', () => {
  it('has 96 bits', () => {
    expect(newIv()).toHaveLength(12)
  })

  it('is never given out twice', () => {
    expect(new Set(ivs(10_000)).size).toBe(10_000)
  })

  it('is never given out twice when the clock goes to and fro', () => {
    const given = [0, 5000, 0, 5000, 1000].flatMap((time) => {
      vi.setSystemTime(time)
      return ivs(7)
    })
    expect(new Set(given).size).toBe(given.length)
  })

  it('is one of those drawn in advance for a second at most', () => {
    vi.setSystemTime(1_000_000)
    const ahead = newIv().buffer
    const rest = Buffer.from(ahead.slice(0)).toString('hex')
    vi.setSystemTime(1_001_000)
    expect(rest).not.toContain(newIv().toString('hex'))
  })

  it('is not drawn in advance for a startup snapshot, which would copy it into every process', () => {
    vi.spyOn(startupSnapshot, 'isBuildingSnapshot').mockReturnValue(true)
    vi.setSystemTime(2_000_000)
    const rest = Buffer.from(newIv().buffer.slice(0)).toString('hex')
    const later = ivs(64)
    expect(later.filter((iv) => rest.includes(iv))).toEqual([])
  })
})
