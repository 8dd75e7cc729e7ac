/** The time in whole seconds since the epoch, as tokens have it (RFC 7519, section 2, NumericDate). */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
