import { invalid } from './errors.js'

const SECONDS_OF = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
/** In seconds: more than 3,000 years. The end of a session must fit into a Date. */
const MAX_DURATION = 1e11
const NOTATION = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d|w)$/

/**
 * Converts a duration to whole seconds, rounded down.
 *
 * @param value milliseconds as a number, or text such as `'30m'`, `'24h'`, `'7d'` (ms, s, m, h, d, w)
 * @param option the option's name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` unless it is at least one second, and at most 1e11
 */
export function seconds(value: unknown, option: string): number {
  const exact = typeof value === 'number' ? value / 1000 : notated(value)
  if (exact !== undefined && exact >= 1 && exact <= MAX_DURATION) return Math.floor(exact)
  if (exact !== undefined && exact > MAX_DURATION) {
    throw invalid(`${option} is longer than 3,000 years: set a shorter one, such as '7d'`)
  }
  throw invalid(
    `${option} is not a duration of at least one second: set text such as '30m', '24h' or '7d', or milliseconds (1800000)`,
  )
}

function notated(value: unknown): number | undefined {
  const match = typeof value === 'string' ? NOTATION.exec(value) : null
  // Rounds to the millisecond, because 4.1 * 60 is 245.99999999999997.
  return match
    ? Math.round(Number(match[1]) * SECONDS_OF[match[2] as keyof typeof SECONDS_OF] * 1000) / 1000
    : undefined
}

/** Writes seconds as options take them: `604800` is `7d`. */
export function readable(value: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (value % SECONDS_OF[unit] === 0) return `${value / SECONDS_OF[unit]}${unit}`
  }
  return `${value}s`
}
