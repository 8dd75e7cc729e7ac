import { parseArgs } from 'node:util'
import type { Load } from './demand.js'
import { LARGEST, USUAL } from './scenarios.js'

const TEXT = { type: 'string' } as const
const OPTIONS = {
  sessions: TEXT,
  requests: TEXT,
  rps: TEXT,
  bytes: TEXT,
  untouched: TEXT,
  read: TEXT,
  write: TEXT,
  results: TEXT,
}
type Texts = Partial<Record<keyof typeof OPTIONS, string>>

export interface Given {
  /** undefined: the scenarios. */
  readonly load: Omit<Load, 'http'> | undefined
  readonly results: string | undefined
}

/** From the command line. @throws with what to write instead */
export function givenFrom(args: readonly string[]): Given {
  const { results, ...figures } = textsIn(args)
  if (Object.keys(figures).length === 0) return { load: undefined, results }
  const { sessions, requests, rps, bytes } = figures
  const rate = requests ?? rps
  if (requests !== undefined && rps !== undefined) throw new Error('--requests and --rps are the same: give one')
  if (sessions === undefined || rate === undefined) {
    throw new Error('give --sessions and --requests, such as --sessions 50000 --requests 500')
  }
  const load = {
    sessions: above('sessions', sessions),
    requests: above('requests', rate),
    bytes: above('bytes', bytes ?? `${USUAL.bytes}`),
    ...sharesOf(figures),
  }
  if (load.bytes > LARGEST) throw new Error(`--bytes is more than the ${LARGEST} that fit in a cookie`)
  return { load, results }
}

function textsIn(args: readonly string[]): Texts {
  const list = joined(args)
  const known = Object.keys(OPTIONS).map((name) => `--${name}`)
  const unknown = list.map((arg) => arg.replace(/=.*/s, '')).find((arg) => /^-/.test(arg) && !known.includes(arg))
  if (unknown !== undefined) throw new Error(`there is no ${unknown}, but ${known.join(', ')}`)
  return parseArgs({ args: list, options: OPTIONS }).values
}

/** A number below zero looks like an option, unless it is joined to its own. */
function joined(args: readonly string[]): string[] {
  const isNumber = (at: number) => /^-[\d.]/.test(args[at] ?? '') && /^--[^=]+$/.test(args[at - 1] ?? '')
  return args.flatMap((arg, at) => {
    if (isNumber(at)) return []
    return isNumber(at + 1) ? [`${arg}=${args[at + 1]}`] : [arg]
  })
}

/** Of the three, the ones that are not given are what is usual, or what is left. */
function sharesOf(figures: Texts): Pick<Load, 'read' | 'write'> {
  const given = (name: 'untouched' | 'read' | 'write') => {
    const text = figures[name]
    return text === undefined ? undefined : share(name, text)
  }
  const untouched = given('untouched')
  const write = given('write') ?? leftBy(untouched, given('read')) ?? USUAL.write
  const read = given('read') ?? leftBy(untouched, write) ?? Math.min(USUAL.read, 1 - write)
  const all = (untouched ?? Math.max(0, 1 - read - write)) + read + write
  if (read >= 0 && write >= 0 && Math.abs(all - 1) < 1e-9) return { read, write }
  const three = untouched === undefined ? '--read and --write' : '--untouched, --read and --write'
  const must = untouched === undefined ? 'at most 1' : '1'
  throw new Error(`${three} must be ${must} together, such as --untouched 0.2 --read 0.7 --write 0.1`)
}

function leftBy(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Number((1 - one - other).toFixed(9))
}

function above(name: string, given: string): number {
  const value = Number(given)
  if (value > 0 && Number.isFinite(value)) return value
  throw new Error(`--${name} takes a number above 0, not ${given}`)
}

function share(name: string, given: string): number {
  const value = Number(given)
  if (given.trim() !== '' && value >= 0 && value <= 1) return value
  throw new Error(`--${name} takes a share from 0 to 1, not ${given}`)
}
