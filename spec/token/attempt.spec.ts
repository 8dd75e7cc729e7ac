import { describe, expect, it } from 'vitest'
import { attempt } from '../../lib/token/algorithms.js'

describe('an attempt', () => {
  it('is what it returns', () => {
    expect(attempt(() => 7)).toBe(7)
  })

  it('that throws is undefined, and its stack was not collected', () => {
    const thrown: Error[] = []
    const failed = attempt(() => {
      const error = new Error('does not verify')
      thrown.push(error)
      throw error
    })
    expect(failed).toBeUndefined()
    expect(thrown[0]?.stack).toBe('Error: does not verify')
  })

  it.each([
    ['succeeds', () => 7],
    [
      'throws',
      () => {
        throw new Error('does not verify')
      },
    ],
  ])('that %s leaves other stacks as long as they were', (_how, run) => {
    const before = Error.stackTraceLimit
    attempt(run)
    expect(Error.stackTraceLimit).toBe(before)
    expect(before).toBeGreaterThan(0)
    expect(new Error('of the app').stack).toContain('attempt.spec')
  })
})
