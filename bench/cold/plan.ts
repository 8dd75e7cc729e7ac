import { parseArgs } from 'node:util'
import { beforeFrom } from '../measure/before.js'

const ROUNDS = 15

export interface Plan {
  readonly rounds: number
  /** The file that an app imports for another build of ours, as a URL. */
  readonly before: string | undefined
}

/** From the command line: `--rounds`, or `--quick` for one; and `--before`. */
export function planFrom(args: readonly string[]): Plan {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { rounds: text, before: text, quick: flag, record: flag }
  const { quick, rounds } = parseArgs({ args: [...args], options }).values
  const chosen = Number(rounds ?? (quick ? 1 : ROUNDS))
  if (!(chosen > 0)) throw new Error('--rounds takes a number above 0')
  return { rounds: chosen, before: beforeFrom(args) }
}
