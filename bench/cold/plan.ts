import { parseArgs } from 'node:util'

const ROUNDS = 15

/** How many rounds, from the command line: `--rounds`, or `--quick` for one. */
export function roundsFrom(args: readonly string[]): number {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { rounds: text, quick: flag, record: flag }
  const { quick, rounds } = parseArgs({ args: [...args], options }).values
  const chosen = Number(rounds ?? (quick ? 1 : ROUNDS))
  if (!(chosen > 0)) throw new Error('--rounds takes a number above 0')
  return chosen
}
