import fc from 'fast-check'
import { describe, it } from 'vitest'
import { TARGETS } from '../fuzz/targets.js'
import { catchWarnings } from '../support/warnings.js'

catchWarnings()

describe('whatever somebody else sends, stores or configures', () => {
  it.each(TARGETS)('comes to a value or an error with a code: $name', ({ inputs, check }) => {
    fc.assert(
      fc.property(inputs, (input) => void check(input)),
      { numRuns: 500 },
    )
  })
})
