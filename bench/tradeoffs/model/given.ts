import { parseArgs } from 'node:util'
import type { Load } from './demand.js'
import { USUAL } from './scenarios.js'

/** The largest session that a cookie holds, as JSON: `npm run bench:capacity`. */
const LARGEST = 2895

export interface Given {
  /** undefined: the scenarios. */
  readonly load: Omit<Load, 'http'> | undefined
  readonly results: string | undefined
}

/** From the command line. @throws with what to write instead */
export function givenFrom(args: readonly string[]): Given {
  const text = { type: 'string' } as const
  const options = { sessions: text, requests: text, bytes: text, read: text, write: text, results: text }
  const { values } = parseArgs({ args: [...args], options })
  const { sessions, requests, bytes, results } = values
  if ([sessions, requests, bytes, values.read, values.write].every((one) => one === undefined)) {
    return { load: undefined, results }
  }
  if (sessions === undefined || requests === undefined) {
    throw new Error('give --sessions and --requests, such as --sessions 50000 --requests 500')
  }
  const load = {
    sessions: above('sessions', sessions),
    requests: above('requests', requests),
    bytes: above('bytes', bytes ?? `${USUAL.bytes}`),
    read: share('read', values.read ?? `${USUAL.read}`),
    write: share('write', values.write ?? `${USUAL.write}`),
  }
  if (load.bytes > LARGEST) throw new Error(`--bytes is more than the ${LARGEST} that fit in a cookie`)
  if (load.read + load.write > 1) throw new Error('--read and --write are more than 1 together: they are shares')
  return { load, results }
}

function above(name: string, given: string): number {
  const value = Number(given)
  if (value > 0 && Number.isFinite(value)) return value
  throw new Error(`--${name} takes a number above 0`)
}

function share(name: string, given: string): number {
  const value = Number(given)
  if (value >= 0 && value <= 1) return value
  throw new Error(`--${name} takes a share from 0 to 1`)
}
