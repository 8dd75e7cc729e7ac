/** The clock of a token: whole seconds since the epoch (RFC 7519, section 2, NumericDate). */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
