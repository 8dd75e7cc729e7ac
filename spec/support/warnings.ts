import { afterEach, beforeEach, type MockInstance, vi } from 'vitest'
import { forgetWarnings } from '../../lib/warnings.js'

type Any = any

/** Catches what is warned about in each test of a file, and forgets it before the next. */
export function catchWarnings(): { codes(): unknown[]; messages(): string[] } {
  let emitted: MockInstance<typeof process.emitWarning>
  beforeEach(() => {
    forgetWarnings()
    emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  })
  afterEach(() => emitted.mockRestore())
  return {
    codes: () => emitted.mock.calls.map(([warning, how]) => ((warning instanceof Error ? warning : how) as Any)?.code),
    messages: () => emitted.mock.calls.map(([warning]) => (warning instanceof Error ? warning.message : warning)),
  }
}
