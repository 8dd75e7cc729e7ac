import { seconds } from '../duration.js'
import type { Flags } from './command.js'

/**
 * An option that is a duration, in seconds: `30m`, `24h`, `7d`, or a number of milliseconds as in the options of
 * `session()`.
 *
 * @throws {SessionError} `ERR_SESSION_OPTIONS`
 */
export function durationOf(flags: Flags, option: string): number | undefined {
  const value = flags.text[option]
  if (value === undefined) return undefined
  return seconds(/^\d+$/.test(value) ? Number(value) : value, `--${option}`)
}
