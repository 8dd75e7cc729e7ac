import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { startClock, stopClock } from '../support/clock.js'
import { ROUNDS } from '../support/rounds.js'
import { Run } from './journey/run.js'
import { journey, told } from './journey/steps.js'
import { World } from './journey/world.js'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40 * ROUNDS)
/** Milliseconds: of a longer run, as many more. */
const PATIENCE = 120_000 * Math.max(1, RUNS / 150)

describe('any journey of a browser', () => {
  const world = new World()
  beforeAll(async () => {
    stopClock()
    await world.start()
  })
  afterAll(() => {
    startClock()
    world.stop()
  })

  it(
    'with slow, lost and parallel responses, clock steps and key changes goes as the contract says',
    async () => {
      await fc.assert(
        fc.asyncProperty(journey, async (one) => {
          const difference = await new Run(world, one).take(one.steps)
          if (difference) throw new Error(`step ${difference.step} of\n${told(one)}\n${JSON.stringify(difference)}`)
        }),
        { numRuns: RUNS },
      )
    },
    PATIENCE,
  )
})
