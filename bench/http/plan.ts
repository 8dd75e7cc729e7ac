import { parseArgs } from 'node:util'

/** How long and how often. */
export interface Plan {
  readonly rounds: number
  /** That a turn takes. */
  readonly seconds: number
  readonly connections: number
}

const USUAL: Plan = { rounds: 7, seconds: 1.5, connections: 16 }
/** Visits everything once, for a machine that only wants to know whether it works. */
const QUICK: Plan = { rounds: 1, seconds: 0.2, connections: 16 }

/** From the command line: `--rounds`, `--seconds`, `--connections`, `--quick`. */
export function planFrom(args: readonly string[]): Plan {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { rounds: text, seconds: text, connections: text, quick: flag, record: flag }
  const { quick, rounds, seconds, connections } = parseArgs({ args: [...args], options }).values
  const usual = quick ? QUICK : USUAL
  const plan = {
    rounds: Number(rounds ?? usual.rounds),
    seconds: Number(seconds ?? usual.seconds),
    connections: Number(connections ?? usual.connections),
  }
  for (const [name, value] of Object.entries(plan)) {
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0`)
  }
  return plan
}
