import fc from 'fast-check'
import { describe, it } from 'vitest'
import { TARGETS } from '../fuzz/targets.js'
import { ROUNDS } from '../support/rounds.js'
import { catchWarnings } from '../support/warnings.js'

catchWarnings()

describe('whatever somebody else sends, stores or configures', () => {
  it.each(TARGETS)('comes to a value or an error with a code: $name', async ({ inputs, check }) => {
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => void (await check(input))),
      { numRuns: 125 * ROUNDS },
    )
  })
})
