/**
 * What `run` returns, or undefined if it throws, as OpenSSL's functions do for what does not verify. Nobody sees that
 * error, and its stack would cost as much as the decryption.
 */
export function attempt<Result>(run: () => Result): Result | undefined {
  const { stackTraceLimit } = Error
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return run()
  } catch {
    return undefined
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}
