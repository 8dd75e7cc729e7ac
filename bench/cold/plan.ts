import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const ROUNDS = 15

export interface Plan {
  readonly rounds: number
  /** The file that an app imports for another build of ours, as a URL. */
  readonly before: string | undefined
}

/**
 * From the command line: `--rounds`, or `--quick` for one; and `--before <file>`, the entry of another build of ours, as
 * of an earlier commit, which takes its turns with the others. It is for comparing only, and recorded with nothing.
 */
export function planFrom(args: readonly string[]): Plan {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = { rounds: text, before: text, quick: flag, record: flag }
  const { quick, rounds, before, record } = parseArgs({ args: [...args], options }).values
  const chosen = Number(rounds ?? (quick ? 1 : ROUNDS))
  if (!(chosen > 0)) throw new Error('--rounds takes a number above 0')
  if (before !== undefined && record) throw new Error('--before compares builds of one machine, and is not recorded')
  return { rounds: chosen, before: before === undefined ? undefined : pathToFileURL(before).href }
}
