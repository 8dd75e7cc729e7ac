import { invalid } from './errors.js'

/** `token` (RFC 6265, section 4.1.1; RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** With the prefixes of the layered-cookies draft. Browsers ignore the case of a prefix. */
const PREFIX = /^(?:__(?:secure|host|http)|http)-/i
/** Several at once, so that no result of `withoutPrefix` begins with a prefix. */
const PREFIXES = /^(?:__(?:secure|host-http|host|http)-)+/i
/** In characters. The info of HKDF, which Node limits to 1024 bytes, contains the name. */
const MAX_NAME = 64

/**
 * Checks the base name of a cookie: a token of at most 64 characters, without a prefix and without the ending of one of our
 * other cookies.
 *
 * @param option its name, for the message
 * @throws {SessionError} `ERR_SESSION_OPTIONS` for any other name
 */
export function checkName(name: string, option = 'name'): void {
  if (typeof name !== 'string') throw invalid(`${option} must be the name of a cookie, such as "session"`)
  if (PREFIX.test(name)) {
    throw invalid(
      `${option} "${name}" begins with a cookie prefix: leave it out, as the prefix that the attributes allow is added`,
    )
  }
  if (/\.ended$/i.test(name))
    throw invalid(`${option} "${name}" ends in ".ended", which is kept for the logout guard: choose another name`)
  if (/\.seen$/i.test(name))
    throw invalid(
      `${option} "${name}" ends in ".seen", which is kept for the time of the last use: choose another name`,
    )
  if (/\.bound$/i.test(name))
    throw invalid(`${option} "${name}" ends in ".bound", which is kept for the proof of a device: choose another name`)
  if (name.length > MAX_NAME) throw invalid(`${option} is longer than ${MAX_NAME} characters: shorten it`)
  if (!TOKEN.test(name)) {
    throw invalid(`${option} is not a valid cookie name (RFC 6265): use letters, digits and any of !#$%&'*+-.^_\`|~`)
  }
}

/** The base name of a cookie: its full name without `__Host-Http-`, `__Host-`, `__Http-` and `__Secure-`. */
export function withoutPrefix(name: string): string {
  return name.replace(PREFIXES, '')
}

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

/**
 * The known name that is nearest to a misspelled one, for "did you mean"; undefined if none is near. It ignores case,
 * and up to a third of the letters may differ.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** The Levenshtein distance, computed row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitute = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitute, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
