/**
 * A command that was typed wrongly; ends with exit code 2. The message never repeats what was typed: it may be a
 * secret in the wrong place.
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}
