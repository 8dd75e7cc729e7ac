import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { page } from './page.js'
import { recorded } from './recording.js'

describe('the page of what was run', () => {
  it('is what the recorded runs make of it', () => {
    expect(readFileSync(new URL('../assurance.md', import.meta.url), 'utf8')).toBe(page())
  })

  it('rests on a million cases of hostile input', () => {
    expect(recorded('fuzz')?.['cases']).toBeGreaterThanOrEqual(1_000_000)
  })
})
