import { describe, expect, it } from 'vitest'
import { readKeys } from '../../lib/keys/source.js'
import { ROUNDS } from '../support/rounds.js'
import { RANDOM_FORMS, Randomness } from './random-forms.js'

/** A million of each: spec/keys/random-keys.ts. */
const COUNT = 500 * ROUNDS

describe('a random key is never refused', () => {
  it.each(Object.entries(RANDOM_FORMS))('in the form of %s', (_form, make) => {
    const random = new Randomness(Math.E)
    let taken = 0
    // It throws at the first that is refused.
    for (let round = 0; round < COUNT; round++) taken += readKeys(make(random)).length
    expect(taken).toBe(COUNT)
  })
})
