import { parseArgs } from 'node:util'
import { BACKENDS, type BackendName } from './backend.js'

/** How long and how often. */
export interface Plan {
  readonly rounds: number
  /** That a turn of one step and size takes. */
  readonly seconds: number
  readonly warmUp: number
  readonly connections: number
  /** Numbers of sessions whose memory is measured, the smallest first. */
  readonly sessions: readonly number[]
  readonly warmUpSessions: number
  /** Seconds before a look at the memory. */
  readonly rest: number
  /** Whose bytes are counted. */
  readonly browsers: number
  readonly quick: boolean
}

export interface Choice {
  readonly plan: Plan
  readonly only: readonly BackendName[]
  readonly withExperiments: boolean
  readonly keeps: boolean
}

const USUAL = {
  // A multiple of the number of sizes, so that each comes first equally often.
  rounds: 6,
  seconds: 1,
  warmUp: 0.5,
  sessions: [10_000, 100_000],
  warmUpSessions: 5000,
  rest: 2,
  browsers: 5,
}
/** Visits everything once, for a machine that only wants to know whether it works. */
const QUICK = {
  rounds: 1,
  seconds: 0.15,
  warmUp: 0.1,
  sessions: [200, 1000],
  warmUpSessions: 200,
  rest: 0.05,
  browsers: 1,
}
const CONNECTIONS = 16

/** From the command line: `--quick`, `--record`, `--rounds`, `--seconds`, `--only redis,mysql`, `--no-experiments`. */
export function choiceFrom(args: readonly string[]): Choice {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const options = { quick: flag, record: flag, rounds: text, seconds: text, only: text, 'no-experiments': flag }
  const { quick, record, only, ...given } = parseArgs({ args: [...args], options }).values
  const usual = quick ? QUICK : USUAL
  const rounds = positive('rounds', given.rounds ?? usual.rounds)
  const seconds = positive('seconds', given.seconds ?? usual.seconds)
  return {
    plan: { ...usual, rounds, seconds, connections: CONNECTIONS, quick },
    only: only === undefined ? BACKENDS : backendsIn(only),
    withExperiments: !given['no-experiments'],
    keeps: record,
  }
}

function positive(name: string, given: string | number): number {
  const value = Number(given)
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0`)
  return value
}

function backendsIn(list: string): BackendName[] {
  const names = list.split(',')
  const unknown = names.find((name) => !BACKENDS.some((backend) => backend === name))
  if (unknown !== undefined) throw new Error(`--only knows no "${unknown}", but ${BACKENDS.join(', ')}`)
  return BACKENDS.filter((name) => names.includes(name))
}
