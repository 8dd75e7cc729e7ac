import { afterEach, beforeEach, type MockInstance, vi } from 'vitest'
import { forgetWarnings } from '../../lib/warnings.js'

/** Catches what is warned about in each test of a file, and forgets it before the next. */
export function catchWarnings(): { codes(): unknown[]; messages(): string[] } {
  let emitted: MockInstance<typeof process.emitWarning>
  beforeEach(() => {
    forgetWarnings()
    emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  })
  afterEach(() => emitted.mockRestore())
  return {
    codes: () => emitted.mock.calls.map(([, how]) => (how as { code?: string } | undefined)?.code),
    messages: () => emitted.mock.calls.map(([message]) => String(message)),
  }
}
